import { describe, expect, test } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { CONSUMER, MIRROR, STREAM, Timeline } from './history.ts';
import { check, spoiled } from './spoil.ts';

describe('ordered', () => {
  test('a delivery against the sequence of the stream', () => {
    spoiled(
      'ordered',
      (timeline, seq) => {
        const mine = timeline.deliveries.filter(({ consumer }) => consumer === CONSUMER);
        const [left, right] = [mine[seq - 1], mine[seq]];
        if (left === undefined || right === undefined) return undefined;
        [left.t, right.t] = [right.t, left.t];
        return seq;
      },
      /out of order: sequence \d+ (was delivered to c after \d+|to c is message)/,
    );
  });

  test('a message stored before an earlier one of its publisher', () => {
    spoiled(
      'ordered',
      (timeline, seq) => {
        const later = timeline.publishes.find(
          ({ workload, seq: at = 0 }) => at > seq && workload === timeline.publishes[seq - 1]!.workload,
        );
        if (later?.seq === undefined) return undefined;
        const of = (at: number) =>
          timeline.stored.find((event) => event.stream === MIRROR && event.seq === at)!;
        const [left, right] = [of(seq), of(later.seq)];
        [left.id, right.id] = [right.id, left.id];
        return later.seq;
      },
      /^1 out of order: sequence \d+ in b\/qa_mirror is message \d+ of p\d, after its message \d+$/,
    );
  });

  test('messages sent twice, unanswered or over a lost connection have no place in the order', () => {
    for (const excuse of [{ attempts: 2 }, { outcome: 'unknown' as const }, { crossedReconnect: true }]) {
      const timeline = new Timeline(['p1', 'p1', 'p1']);
      for (const stream of [STREAM, MIRROR]) {
        const mine = timeline.stored.filter((event) => event.stream === stream);
        [mine[0]!.id, mine[1]!.id] = [mine[1]!.id, mine[0]!.id];
      }
      expect(check(timeline, 'ordered').verdict).toBe('fail');
      Object.assign(timeline.publishes[0]!, excuse);
      expect(check(timeline, 'ordered')).toMatchObject({ verdict: 'pass', counts: { leftOut: 1 } });
    }
  });

  test('says each kind that is left out by its name, and how much was judged first when that is little', () => {
    const timeline = new Timeline(Array.from({ length: 40 }, () => 'p1' as const));
    const told = () => check(timeline, 'ordered').statement;
    expect(told()).toBe('80 first deliveries follow stream sequence and the order of publishing');
    timeline.publishes[0]!.attempts = 2;
    Object.assign(timeline.publishes[1]!, { crossedReconnect: true, attempts: 2 });
    Object.assign(timeline.publishes[2]!, { crossedReconnect: true });
    const refused = { ...timeline.publishes[3]!, outcome: 'failed' as const };
    // A refused message is not stored, and no part of what was acknowledged.
    for (let n = 41; n < 61; n += 1) timeline.publishes.push({ ...refused, n, id: `testrun1/p1/${n}` });
    timeline.publishes.push({ ...refused, n: 61, id: 'testrun1/p1/61', outcome: 'unknown' });
    expect(told()).toBe(
      '80 first deliveries follow stream sequence and the order of publishing; left out: 20 refused, 1 without an answer, 2 sent again, 1 over a lost connection',
    );
    timeline.publishes[4]!.attempts = 2;
    timeline.publishes[5]!.attempts = 2;
    expect(told()).toMatch(
      /^only 35 of 40 acknowledged messages have a place in the order: 80 first deliveries/,
    );
    expect(check(timeline, 'ordered').counts).toMatchObject({ refused: 20, sentAgain: 4, leftOut: 26 });
  });

  test('what nobody can order proves no order', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    for (const event of timeline.publishes) event.attempts = 2;
    expect(check(timeline, 'ordered')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'none of 3 acknowledged messages has a place in the order (3 sent again)',
    });
    expect(check(new Timeline(['p1']), 'ordered')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'c received one message, which has no order; m received one message, which has no order',
    });
  });

  test('only counts those whose messages are there', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    const elsewhere = {
      ...timeline.publishes[0]!,
      workload: 'p2',
      id: 'testrun1/p2/1',
      outcome: 'failed' as const,
    };
    timeline.publishes.push({ ...elsewhere, stream: 'a/other' });
    expect(check(timeline, 'ordered').counts).toMatchObject({ leftOut: 0, acknowledged: 3 });
  });

  test('several publishers of one workload have an order each', () => {
    const swapped = (left: number, right: number) => {
      const timeline = new Timeline(Array.from({ length: 6 }, () => 'p1' as const));
      for (const list of [timeline.stored, timeline.deliveries])
        for (const event of list) {
          if (event.seq !== left && event.seq !== right) continue;
          event.id = `testrun1/p1/${event.seq === left ? right : left}`;
        }
      const { history } = timeline;
      history.workloads['p1'] = { kind: 'publish', target: STREAM, publishers: 3 };
      return runChecks(history, [{ kind: 'ordered', options: { kind: 'ordered', received: ['c'] } }])[0];
    };
    expect(swapped(1, 2)?.verdict).toBe('pass');
    expect(swapped(1, 4)).toMatchObject({ verdict: 'fail', counts: { againstPublishing: 2 } });
    expect(swapped(1, 4)?.statement).toContain('sequence 4 to c is message 1 of p1, after its message 4');
  });

  test('a redelivery has no place in the order either', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    const first = timeline.deliveries.find((event) => event.consumer === CONSUMER && event.seq === 1)!;
    timeline.deliveries.push({ ...first, deliveries: 2 });
    timeline.deliveries = timeline.deliveries.filter((event) => event !== first);
    expect(check(timeline, 'ordered').verdict).toBe('pass');
  });

  test('a delivery that stands for one that never arrived has none, and is counted', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1', 'p1']);
    const late = timeline.deliveries.find((event) => event.consumer === CONSUMER && event.seq === 1)!;
    late.t += 1000;
    expect(check(timeline, 'ordered', { received: ['c'] }).verdict).toBe('fail');
    late.deliveries = 0;
    expect(check(timeline, 'ordered', { received: ['c'] })).toMatchObject({
      verdict: 'pass',
      counts: { resent: 1, firstDeliveries: 3 },
      statement:
        '3 first deliveries follow stream sequence and the order of publishing; left out: 1 delivered again as a delivery of the server did not arrive',
    });
    for (const event of timeline.deliveries) event.deliveries = 0;
    expect(check(timeline, 'ordered', { received: ['c'] })).toMatchObject({
      verdict: 'inconclusive',
      statement: 'c received nothing for the first time',
    });
  });

  test('nothing delivered, or a stream not read back, is inconclusive', () => {
    const silent = new Timeline(['p1', 'p1']);
    silent.drop('deliveries', ({ workload }) => workload === 'c');
    expect(check(silent, 'ordered')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'c received nothing',
    });
    const unread = new Timeline(['p1', 'p1']);
    unread.unaudited.add(STREAM);
    expect(check(unread, 'ordered').verdict).toBe('inconclusive');
  });
});
