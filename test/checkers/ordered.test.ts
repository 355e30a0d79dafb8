import { describe, expect, test } from 'vitest';
import { CONSUMER, MIRROR, STREAM, Story } from './history.ts';
import { check, spoiled } from './spoil.ts';

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
