import { describe, expect, test } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { CONSUMER, MIRROR_CONSUMER, RUN, STREAM, Story } from './history.ts';
import { check, spoiled } from './spoil.ts';

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

  test('a stream that is gone, with all that was acknowledged', () => {
    const story = new Story(['p1', 'p1', 'p1']);
    story.drop('stored', ({ stream }) => stream === STREAM);
    story.gone.add(STREAM);
    const finding = check(story, 'no-loss', { published: 'p1', received: [] });
    expect(finding.verdict).toBe('fail');
    expect(finding.statement).toMatch(
      /^3 losses among 3 acknowledged messages: .*, and stream a\/qa itself is gone$/,
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
