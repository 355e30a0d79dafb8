import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import type { Finding } from '../../src/checkers/checker.ts';
import { CONSUMER, MIRROR, MIRROR_CONSUMER, RUN, STREAM, Story } from './history.ts';

/** Two publishers in any order, and one message to spoil. */
const stories = fc
  .array(fc.constantFrom('p1' as const, 'p2' as const), { minLength: 3, maxLength: 60 })
  .filter((publishers) => publishers.includes('p1') && publishers.includes('p2'))
  .chain((publishers) => fc.tuple(fc.constant(publishers), fc.integer({ min: 1, max: publishers.length })));

function check(story: Story, kind: string, options: Record<string, unknown> = {}): Finding {
  const defaults: Record<string, Record<string, unknown>> = {
    'no-loss': { published: 'p1', received: ['c', 'm'] },
    'no-duplicates': { received: ['c', 'm'] },
    ordered: { received: ['c', 'm'] },
    identical: { streams: [STREAM, MIRROR] },
  };
  return runChecks(story.history, [{ kind, options: { kind, ...defaults[kind], ...options } }])[0]!;
}

/** The p1 or p2 of a message, so that no-loss looks at its publisher. */
function publishedBy(story: Story, seq: number): { published: string } {
  return { published: story.publishes[seq - 1]!.workload };
}

/** Spoils a generated run, and expects the check to fail at exactly one sequence. */
function spoiled(kind: string, spoil: (story: Story, seq: number) => number | undefined, text: RegExp): void {
  fc.assert(
    fc.property(stories, ([publishers, seq]) => {
      const story = new Story(publishers);
      const options = kind === 'no-loss' ? publishedBy(story, seq) : {};
      expect(check(story, kind, options).verdict).toBe('pass');
      const guilty = spoil(story, seq);
      fc.pre(guilty !== undefined);
      const finding = check(story, kind, options);
      expect(finding.verdict).toBe('fail');
      expect(finding.statement).toMatch(text);
      expect(finding.examples[0]?.seq).toBe(guilty);
      expect(finding.statement).toMatch(new RegExp(`\\b${guilty}\\b`));
    }),
  );
}

describe('no-loss', () => {
  test('an acknowledged message that the stream does not hold', () => {
    spoiled(
      'no-loss',
      (story, seq) => {
        story.drop('stored', (event) => event.stream === STREAM && event.seq === seq);
        return seq;
      },
      /^1 loss among \d+ acknowledged messages?: acknowledged with sequence \d+ but stream a\/qa does not hold it$/,
    );
  });

  test('another message at the acknowledged sequence', () => {
    spoiled(
      'no-loss',
      (story, seq) => {
        const event = story.stored.find(({ stream, seq: at }) => stream === STREAM && at === seq)!;
        event.id = `${RUN}/p1/999`;
        return seq;
      },
      /does not hold it: it holds testrun1\/p1\/999 there/,
    );
  });

  test('a message that one of the consumers never delivered', () => {
    spoiled(
      'no-loss',
      (story, seq) => {
        const mine = (event: { consumer: string; seq: number }) =>
          event.consumer === MIRROR_CONSUMER && event.seq === seq;
        story.drop('deliveries', mine);
        story.drop('acks', mine);
        story.ackFloor[MIRROR_CONSUMER] = seq - 1;
        return seq;
      },
      /sequence \d+ of b\/qa_mirror \(testrun1\/p\d\/\d+\) was never delivered to m$/,
    );
  });

  test('a message that was acknowledged by nobody who processed it', () => {
    spoiled(
      'no-loss',
      (story, seq) => {
        const mine = (event: { consumer: string; seq: number }) =>
          event.consumer === CONSUMER && event.seq === seq;
        story.drop('deliveries', mine);
        story.drop('acks', mine);
        return seq;
      },
      /sequence \d+ of a\/qa was acknowledged to the server by a\/qa\/worker but never processed$/,
    );
  });

  test('a message whose acknowledgement was never confirmed', () => {
    spoiled(
      'no-loss',
      (story, seq) => {
        story.drop('acks', (event) => event.consumer === CONSUMER && event.seq === seq);
        return seq;
      },
      /sequence \d+ of a\/qa was delivered to c but its acknowledgement never confirmed$/,
    );
  });

  test('an unanswered acknowledgement counts as confirmed when the ack floor has passed it, and only then', () => {
    const story = new Story(['p1', 'p2', 'p1']);
    story.acks.find(({ consumer, seq }) => consumer === CONSUMER && seq === 3)!.outcome = 'unknown';
    expect(check(story, 'no-loss').verdict).toBe('pass');
    story.ackFloor[CONSUMER] = 2;
    expect(check(story, 'no-loss')).toMatchObject({ verdict: 'fail', examples: [{ seq: 3 }] });
  });

  test('two workloads that share a consumer share its messages', () => {
    const story = new Story(['p1', 'p1', 'p1', 'p1']);
    for (const event of [...story.deliveries, ...story.acks]) {
      if (event.consumer === CONSUMER && event.seq % 2 === 0) event.workload = 'c2';
    }
    const history = story.history;
    history.workloads = { ...history.workloads, c2: { kind: 'consume', target: CONSUMER } };
    const options = { published: 'p1', received: ['c', 'c2'] };
    expect(runChecks(history, [{ kind: 'no-loss', options }])[0]?.verdict).toBe('pass');
  });

  test('an unanswered publish may be there or not, and is counted', () => {
    const story = new Story(['p1', 'p1', 'p1', 'p1']);
    for (const seq of [2, 4]) {
      const event = story.publishes[seq - 1]!;
      event.outcome = 'unknown';
      delete event.seq;
    }
    for (const list of ['stored', 'deliveries', 'acks'] as const) story.drop(list, ({ seq }) => seq === 4);
    const finding = check(story, 'no-loss');
    expect(finding).toMatchObject({
      verdict: 'pass',
      counts: { unknownPresent: 1, unknownAbsent: 1, acknowledged: 2 },
    });
    expect(finding.statement).toContain('of 2 without an answer 1 are there too');
  });

  test('a refused publish that the stream holds all the same is counted', () => {
    const story = new Story(['p1', 'p1']);
    story.publishes[1]!.outcome = 'failed';
    expect(check(story, 'no-loss')).toMatchObject({ verdict: 'pass', counts: { refusedYetStored: 1 } });
  });

  test('a message that its stream let go after it was acknowledged is not lost; before that it is', () => {
    const story = new Story(['p1', 'p1', 'p1']);
    story.mayExpire.add(STREAM);
    story.drop('stored', ({ stream, seq }) => stream === STREAM && seq === 2);
    expect(check(story, 'no-loss')).toMatchObject({ verdict: 'pass', counts: { expired: 1 } });
    expect(check(story, 'no-loss', { received: [] }).verdict).toBe('inconclusive');
    story.drop('acks', ({ consumer, seq }) => consumer === CONSUMER && seq === 2);
    expect(check(story, 'no-loss')).toMatchObject({ verdict: 'fail', examples: [{ seq: 2 }] });
  });

  test.each<[string, (story: Story) => void, RegExp]>([
    ['no publish', (story) => (story.publishes = []), /^p1 has no acknowledged message/],
    ['no audit', (story) => story.unaudited.add(STREAM), /^stream a\/qa was not read back$/],
    [
      'half an audit',
      (story) => story.incomplete.add(STREAM),
      /not read back to its end: it would not answer$/,
    ],
    [
      'no consumer audit',
      (story) => (story.ackFloor = { [CONSUMER]: 3 }),
      /^the state of consumer b\/qa_mirror\/worker/,
    ],
    [
      'a reader without a message',
      (story) => {
        story.drop('deliveries', ({ workload }) => workload === 'm');
        story.drop('acks', ({ workload }) => workload === 'm');
        story.ackFloor[MIRROR_CONSUMER] = 0;
      },
      /^m received nothing$/,
    ],
  ])('%s is inconclusive', (_, spoil, text) => {
    const story = new Story(['p1', 'p1', 'p1']);
    spoil(story);
    const finding = check(story, 'no-loss');
    expect(finding.verdict).toBe('inconclusive');
    expect(finding.statement).toMatch(text);
  });
});

describe('no-duplicates', () => {
  test('a message stored twice', () => {
    spoiled(
      'no-duplicates',
      (story, seq) => {
        const copy = story.stored.find((event) => event.stream === MIRROR && event.seq === seq)!;
        const last = story.publishes.length + 1;
        story.stored.push({ ...copy, seq: last });
        return last;
      },
      /^1 duplicate: b\/qa_mirror holds testrun1\/p\d\/\d+ twice, at sequences \d+ and \d+$/,
    );
  });

  test('a message delivered again after its confirmed acknowledgement', () => {
    spoiled(
      'no-duplicates',
      (story, seq) => {
        const first = story.deliveries.find((event) => event.consumer === CONSUMER && event.seq === seq)!;
        story.deliveries.push({ ...first, t: first.t + 1e6, deliveries: 2 });
        return seq;
      },
      /^1 duplicate: sequence \d+ was delivered again to c after its acknowledgement was confirmed$/,
    );
  });

  test('redeliveries before the confirmation are counted, not condemned', () => {
    const story = new Story(['p1', 'p1', 'p1']);
    const first = story.deliveries.find((event) => event.consumer === CONSUMER && event.seq === 2)!;
    story.deliveries.push({ ...first, t: first.t + 0.5, deliveries: 2 });
    expect(check(story, 'no-duplicates')).toMatchObject({ verdict: 'pass', counts: { redelivered: 1 } });
  });

  test('foreign messages are no duplicates of one another', () => {
    const story = new Story(['p1', 'p1', 'p1']);
    for (const event of story.stored) event.id = null;
    expect(check(story, 'no-duplicates').verdict).toBe('pass');
  });

  test('nothing delivered, or a stream not read back, is inconclusive', () => {
    const silent = new Story(['p1', 'p1']);
    silent.drop('deliveries', ({ workload }) => workload === 'm');
    expect(check(silent, 'no-duplicates')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'm received nothing',
    });
    const unread = new Story(['p1', 'p1']);
    unread.incomplete.add(MIRROR);
    expect(check(unread, 'no-duplicates').verdict).toBe('inconclusive');
  });
});

describe('ordered', () => {
  test('a delivery against the sequence of the stream', () => {
    spoiled(
      'ordered',
      (story, seq) => {
        const mine = story.deliveries.filter(({ consumer }) => consumer === CONSUMER);
        const [left, right] = [mine[seq - 1], mine[seq]];
        if (left === undefined || right === undefined) return undefined;
        const at = story.deliveries.indexOf(left);
        story.deliveries[story.deliveries.indexOf(right)] = left;
        story.deliveries[at] = right;
        return seq;
      },
      /out of order: sequence \d+ (was delivered to c after \d+|to c is message)/,
    );
  });

  test('a message stored before an earlier one of its publisher', () => {
    spoiled(
      'ordered',
      (story, seq) => {
        const later = story.publishes.find(
          ({ workload, seq: at = 0 }) => at > seq && workload === story.publishes[seq - 1]!.workload,
        );
        if (later?.seq === undefined) return undefined;
        const of = (at: number) => story.stored.find((event) => event.stream === MIRROR && event.seq === at)!;
        const [left, right] = [of(seq), of(later.seq)];
        [left.id, right.id] = [right.id, left.id];
        return later.seq;
      },
      /^1 out of order: sequence \d+ in b\/qa_mirror is message \d+ of p\d, after its message \d+$/,
    );
  });

  test('messages sent twice, unanswered or over a lost connection have no place in the order', () => {
    for (const excuse of [{ attempts: 2 }, { outcome: 'unknown' as const }, { crossedReconnect: true }]) {
      const story = new Story(['p1', 'p1', 'p1']);
      for (const stream of [STREAM, MIRROR]) {
        const mine = story.stored.filter((event) => event.stream === stream);
        [mine[0]!.id, mine[1]!.id] = [mine[1]!.id, mine[0]!.id];
      }
      expect(check(story, 'ordered').verdict).toBe('fail');
      Object.assign(story.publishes[0]!, excuse);
      expect(check(story, 'ordered')).toMatchObject({ verdict: 'pass', counts: { leftOut: 1 } });
    }
  });

  test('a redelivery has no place in the order either', () => {
    const story = new Story(['p1', 'p1', 'p1']);
    const first = story.deliveries.find((event) => event.consumer === CONSUMER && event.seq === 1)!;
    story.deliveries.push({ ...first, deliveries: 2 });
    story.deliveries = story.deliveries.filter((event) => event !== first);
    expect(check(story, 'ordered').verdict).toBe('pass');
  });

  test('nothing delivered, or a stream not read back, is inconclusive', () => {
    const silent = new Story(['p1', 'p1']);
    silent.drop('deliveries', ({ workload }) => workload === 'c');
    expect(check(silent, 'ordered')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'c received nothing',
    });
    const unread = new Story(['p1', 'p1']);
    unread.unaudited.add(STREAM);
    expect(check(unread, 'ordered').verdict).toBe('inconclusive');
  });
});

describe('identical', () => {
  test('a mirror that lacks a message', () => {
    spoiled(
      'identical',
      (story, seq) => {
        story.drop('stored', (event) => event.stream === MIRROR && event.seq === seq);
        return seq;
      },
      /^1 difference: a\/qa holds sequence \d+, which b\/qa_mirror does not hold$/,
    );
  });

  test('a mirror that is short of its last messages: the first of them is named', () => {
    spoiled(
      'identical',
      (story, seq) => {
        story.drop('stored', (event) => event.stream === MIRROR && event.seq >= seq && event.seq > 1);
        return Math.max(seq, 2);
      },
      /which b\/qa_mirror does not hold$/,
    );
  });

  test('an origin that lacks a message', () => {
    spoiled(
      'identical',
      (story, seq) => {
        story.drop('stored', (event) => event.stream === STREAM && event.seq === seq);
        return seq;
      },
      /^1 difference: b\/qa_mirror holds sequence \d+, which a\/qa does not hold$/,
    );
  });

  test.each(['digest', 'subject'] as const)('another %s', (field) => {
    spoiled(
      'identical',
      (story, seq) => {
        story.stored.find((event) => event.stream === MIRROR && event.seq === seq)![field] = 'other';
        return seq;
      },
      field === 'digest'
        ? /has other content in b\/qa_mirror than in a\/qa$/
        : /has subject qa\.x in a\/qa and other in b\/qa_mirror$/,
    );
  });

  test('what an origin dropped by itself is no difference', () => {
    const story = new Story(['p1', 'p1', 'p1', 'p1']);
    story.mayExpire.add(STREAM);
    story.drop('stored', ({ stream, seq }) => stream === STREAM && seq <= 2);
    expect(check(story, 'identical').verdict).toBe('pass');
    story.drop('stored', ({ stream, seq }) => stream === STREAM && seq === 4);
    expect(check(story, 'identical')).toMatchObject({ verdict: 'fail', examples: [{ seq: 4 }] });
  });

  test('an audit that is missing or incomplete, and empty streams, are inconclusive', () => {
    const incomplete = new Story(['p1', 'p1']);
    incomplete.incomplete.add(MIRROR);
    incomplete.drop('stored', ({ stream, seq }) => stream === MIRROR && seq === 2);
    expect(check(incomplete, 'identical').verdict).toBe('inconclusive');
    const empty = new Story(['p1']);
    empty.stored = [];
    expect(check(empty, 'identical')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'all of them are empty',
    });
  });
});

describe('run-checks', () => {
  test('a check that crashes, or that there is not, has found out nothing', () => {
    const broken = {
      kind: 'broken',
      summary: '',
      schema: {},
      check: () => {
        throw new TypeError('no such thing');
      },
    };
    const findings = runChecks(
      new Story(['p1']).history,
      [
        { kind: 'broken', options: {} },
        { kind: 'absent', options: {} },
      ],
      [broken],
    );
    expect(findings.map(({ verdict, statement }) => [verdict, statement])).toEqual([
      ['inconclusive', 'the check crashed: no such thing'],
      ['inconclusive', 'the check crashed: there is no check absent'],
    ]);
  });

  test('a finding has at most 20 examples, the lowest sequences first, and the whole count', () => {
    const story = new Story(Array.from({ length: 5000 }, () => 'p1' as const));
    story.drop('stored', ({ stream, seq }) => stream === MIRROR && seq !== 1);
    const finding = check(story, 'identical');
    expect(finding.examples.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 2));
    expect(finding.counts.missing).toBe(4999);
    expect(finding.statement).toMatch(/^4999 differences: a\/qa holds sequence 2,/);
  });
});
