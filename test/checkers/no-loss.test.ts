import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { CONSUMER, MIRROR_CONSUMER, RUN, STREAM, Timeline } from './history.ts';
import { check, publishedBy, spoiled, stories } from './spoil.ts';

describe('no-loss', () => {
  test('an acknowledged message that the stream does not hold', () => {
    spoiled(
      'no-loss',
      (timeline, seq) => {
        timeline.drop('stored', (event) => event.stream === STREAM && event.seq === seq);
        return seq;
      },
      /^1 missing \((at the start|in the middle|at the end|with all that was acknowledged)\) of \d+ acknowledged messages?: acknowledged with sequence \d+ but stream a\/qa does not hold it$/,
    );
  });

  test('a stream that is gone, with all that was acknowledged', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    timeline.drop('stored', ({ stream }) => stream === STREAM);
    timeline.gone.add(STREAM);
    const finding = check(timeline, 'no-loss', { published: 'p1', received: [] });
    expect(finding.verdict).toBe('fail');
    expect(finding.statement).toMatch(
      /^3 missing \(with all that was acknowledged\) of 3 acknowledged messages: .*, and stream a\/qa itself is gone$/,
    );
  });

  test('a message that was acknowledged without a sequence, as 2.10 does before it is stored', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    const second = timeline.publishes.find(({ n }) => n === 2)!;
    const { id } = second;
    Object.assign(second, { seq: 0, attempts: 2, duplicate: true });
    expect(check(timeline, 'no-loss', { published: 'p1', received: [] }).verdict).toBe('pass');
    timeline.drop('stored', ({ stream, id: held }) => stream === STREAM && held === id);
    const finding = check(timeline, 'no-loss', { published: 'p1', received: [] });
    expect(finding.verdict).toBe('fail');
    expect(finding.statement).toMatch(
      /^1 missing .*: acknowledged as a duplicate, without a sequence, but stream a\/qa does not hold it$/,
    );
  });

  test('another message at the acknowledged sequence', () => {
    spoiled(
      'no-loss',
      (timeline, seq) => {
        const event = timeline.stored.find(({ stream, seq: at }) => stream === STREAM && at === seq)!;
        event.id = `${RUN}/p1/999`;
        return seq;
      },
      /does not hold it: it holds testrun1\/p1\/999 there/,
    );
  });

  test('a message that one of the consumers never delivered', () => {
    spoiled(
      'no-loss',
      (timeline, seq) => {
        const mine = (event: { consumer: string; seq: number }) =>
          event.consumer === MIRROR_CONSUMER && event.seq === seq;
        timeline.drop('deliveries', mine);
        timeline.drop('acks', mine);
        timeline.ackFloor[MIRROR_CONSUMER] = seq - 1;
        return seq;
      },
      /sequence \d+ of b\/qa_mirror \(testrun1\/p\d\/\d+\) was never delivered to m$/,
    );
  });

  test('a message that was acknowledged by nobody who processed it', () => {
    spoiled(
      'no-loss',
      (timeline, seq) => {
        const mine = (event: { consumer: string; seq: number }) =>
          event.consumer === CONSUMER && event.seq === seq;
        timeline.drop('deliveries', mine);
        timeline.drop('acks', mine);
        return seq;
      },
      /sequence \d+ of a\/qa was acknowledged to the server by a\/qa\/worker but never processed$/,
    );
  });

  test('a message whose acknowledgement was never confirmed', () => {
    spoiled(
      'no-loss',
      (timeline, seq) => {
        timeline.drop('acks', (event) => event.consumer === CONSUMER && event.seq === seq);
        return seq;
      },
      /sequence \d+ of a\/qa was delivered to c but its acknowledgement never confirmed$/,
    );
  });

  test('an unanswered acknowledgement counts as confirmed when the ack floor has passed it, and only then', () => {
    const timeline = new Timeline(['p1', 'p2', 'p1']);
    timeline.acks.find(({ consumer, seq }) => consumer === CONSUMER && seq === 3)!.outcome = 'unknown';
    expect(check(timeline, 'no-loss').verdict).toBe('pass');
    timeline.ackFloor[CONSUMER] = 2;
    expect(check(timeline, 'no-loss')).toMatchObject({
      verdict: 'inconclusive',
      statement: '1 message delivered, and unconfirmed: the acknowledgement has no answer',
      counts: { stored: 2, unconfirmed: 1 },
      examples: [{ seq: 3 }],
    });
  });

  test('each kind has its name, and only what is gone is missing', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1', 'p1', 'p1']);
    const mine = (seq: number) => (event: { consumer: string; seq: number }) =>
      event.consumer === CONSUMER && event.seq === seq;
    timeline.drop('stored', ({ stream, seq }) => stream === STREAM && seq === 1);
    timeline.drop('deliveries', mine(2));
    timeline.drop('acks', mine(2));
    timeline.drop('acks', mine(3));
    timeline.acks.find(mine(4))!.outcome = 'unknown';
    timeline.ackFloor[CONSUMER] = 0;
    const finding = check(timeline, 'no-loss');
    expect(finding).toMatchObject({
      verdict: 'fail',
      counts: { stored: 4, missing: 1, undelivered: 1, unacknowledged: 1, unconfirmed: 1 },
    });
    expect(finding.statement).toMatch(
      /^1 missing \(at the start\), 1 undelivered, 1 unacknowledged, 1 unconfirmed of 5 acknowledged messages: /,
    );
    // What nobody can tell is no example of a violation.
    expect(finding.examples.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test.each(['no-leader', 'no-answer', 'no-time', 'offline', 'paused', 'ended'] as const)(
    'what a consumer could not get (%s) is outstanding, and no failure',
    (outcome) => {
      fc.assert(
        fc.property(stories, fc.boolean(), ([publishers, seq], delivered) => {
          const timeline = new Timeline(publishers);
          const mine = (event: { consumer: string; seq: number }) =>
            event.consumer === CONSUMER && event.seq === seq;
          if (!delivered) timeline.drop('deliveries', mine);
          timeline.drop('acks', mine);
          timeline.ackFloor[CONSUMER] = seq - 1;
          const options = publishedBy(timeline, seq);
          for (const could of ['drained', 'stalled', 'gone'] as const) {
            timeline.drains = { [CONSUMER]: { outcome: could, text: 'it could' } };
            const name = delivered ? 'unacknowledged' : 'undelivered';
            expect(check(timeline, 'no-loss', options)).toMatchObject({
              verdict: 'fail',
              counts: { [name]: 1 },
            });
          }
          timeline.drains = { [CONSUMER]: { outcome, text: 'a reason' } };
          const finding = check(timeline, 'no-loss', options);
          expect(finding).toMatchObject({ verdict: 'inconclusive', counts: { outstanding: 1 } });
          expect(finding.statement).toBe(
            '1 message outstanding for consumers that could not get them (a/qa/worker: a reason)',
          );
          expect(finding.examples[0]).toMatchObject({ seq, consumer: CONSUMER });
          // Another consumer's trouble excuses nothing.
          timeline.drains = { [MIRROR_CONSUMER]: { outcome, text: 'a reason' } };
          expect(check(timeline, 'no-loss', options).verdict).toBe('fail');
        }),
      );
    },
  );

  test('a message that is gone is missing, whatever kept the consumers from it', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    for (const list of ['stored', 'deliveries', 'acks'] as const) timeline.drop(list, ({ seq }) => seq === 2);
    timeline.drains = { [CONSUMER]: { outcome: 'no-leader', text: 'a/qa has no leader' } };
    expect(check(timeline, 'no-loss')).toMatchObject({ verdict: 'fail', counts: { missing: 1 } });
  });

  test('two workloads that share a consumer share its messages', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1', 'p1']);
    for (const event of [...timeline.deliveries, ...timeline.acks]) {
      if (event.consumer === CONSUMER && event.seq % 2 === 0) event.workload = 'c2';
    }
    const history = timeline.history;
    history.workloads = { ...history.workloads, c2: { kind: 'consume', target: CONSUMER } };
    const options = { published: 'p1', received: ['c', 'c2'] };
    expect(runChecks(history, [{ kind: 'no-loss', options }])[0]?.verdict).toBe('pass');
  });

  test('an unanswered publish may be there or not, and is counted', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1', 'p1']);
    for (const seq of [2, 4]) {
      const event = timeline.publishes[seq - 1]!;
      event.outcome = 'unknown';
      delete event.seq;
    }
    for (const list of ['stored', 'deliveries', 'acks'] as const) timeline.drop(list, ({ seq }) => seq === 4);
    const finding = check(timeline, 'no-loss');
    expect(finding).toMatchObject({
      verdict: 'pass',
      counts: { unknownPresent: 1, unknownAbsent: 1, acknowledged: 2 },
    });
    expect(finding.statement).toContain('of 2 without an answer 1 are there too');
  });

  test('a refused publish that the stream holds all the same is counted', () => {
    const timeline = new Timeline(['p1', 'p1']);
    timeline.publishes[1]!.outcome = 'failed';
    expect(check(timeline, 'no-loss')).toMatchObject({ verdict: 'pass', counts: { refusedYetStored: 1 } });
  });

  test('a message that its stream let go after it was acknowledged is not lost; before that it is', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    timeline.mayExpire.add(STREAM);
    timeline.drop('stored', ({ stream, seq }) => stream === STREAM && seq === 2);
    expect(check(timeline, 'no-loss')).toMatchObject({ verdict: 'pass', counts: { expired: 1 } });
    expect(check(timeline, 'no-loss', { received: [] }).verdict).toBe('inconclusive');
    timeline.drop('acks', ({ consumer, seq }) => consumer === CONSUMER && seq === 2);
    expect(check(timeline, 'no-loss')).toMatchObject({ verdict: 'fail', examples: [{ seq: 2 }] });
  });

  test.each<[string, (timeline: Timeline) => void, RegExp]>([
    ['no publish', (timeline) => (timeline.publishes = []), /^p1 has no acknowledged message/],
    ['no audit', (timeline) => timeline.unaudited.add(STREAM), /^stream a\/qa was not read back$/],
    [
      'half an audit',
      (timeline) => timeline.incomplete.add(STREAM),
      /not read back to its end: it would not answer$/,
    ],
    [
      'no consumer audit',
      (timeline) => (timeline.ackFloor = { [CONSUMER]: 3 }),
      /^the state of consumer b\/qa_mirror\/worker/,
    ],
    [
      'a reader without a message',
      (timeline) => {
        timeline.drop('deliveries', ({ workload }) => workload === 'm');
        timeline.drop('acks', ({ workload }) => workload === 'm');
        timeline.ackFloor[MIRROR_CONSUMER] = 0;
      },
      /^m received nothing$/,
    ],
  ])('%s is inconclusive', (_, spoil, text) => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    spoil(timeline);
    const finding = check(timeline, 'no-loss');
    expect(finding.verdict).toBe('inconclusive');
    expect(finding.statement).toMatch(text);
  });

  test('what one replica alone has lost is a loss', () => {
    const options = { published: 'p1', received: [], replicas: 'each' };
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    expect(check(timeline, 'no-loss', options)).toMatchObject({
      verdict: 'inconclusive',
      statement: `no replica of ${STREAM} was read by itself`,
    });
    timeline.replicate(STREAM, ['n1', 'n2']);
    expect(check(timeline, 'no-loss', options)).toMatchObject({
      verdict: 'pass',
      statement: `all 3 acknowledged messages are in ${STREAM} and each of its 2 replicas`,
    });
    timeline.drop('stored', ({ stream, seq }) => stream === `${STREAM}@n2` && seq === 2);
    expect(check(timeline, 'no-loss', options)).toMatchObject({
      verdict: 'fail',
      counts: { missingOnReplica: 1 },
      examples: [{ stream: `${STREAM}@n2`, seq: 2 }],
    });
    timeline.mayExpire.add(STREAM);
    expect(check(timeline, 'no-loss', options).verdict).toBe('inconclusive');
  });
});
