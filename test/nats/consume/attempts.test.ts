import { describe, expect, test } from 'vitest';
import { Attempts } from '../../../src/nats/consume/attempts.ts';

/** @param deliveries consumer sequence and stream sequence of each, all first ones by the server's count */
function standingForLost(deliveries: readonly (readonly [number, number])[]): number[] {
  const attempts = new Attempts();
  const known = new Set<number>();
  const found = deliveries.filter(([consumerSeq, seq]) => {
    const count = attempts.countOf({ seq, deliveries: 1, consumerSeq }, known.has(seq));
    known.add(seq);
    return count === 0;
  });
  return found.map(([, seq]) => seq);
}

describe('a late first delivery', () => {
  test('stands for an attempt that never arrived, as the sequence of the consumer shows', () => {
    expect(
      standingForLost([
        [1, 1],
        // 2 and 3 found nobody at the inbox.
        [4, 4],
        [5, 2],
        [6, 3],
        [7, 5],
      ]),
    ).toEqual([2, 3]);
  });

  test('stands for one from before the server forgot what it had sent', () => {
    expect(
      standingForLost([
        [1, 1],
        [3, 3],
        // A new leader knows of the first attempt only.
        [2, 2],
        [3, 3],
        [4, 4],
      ]),
    ).toEqual([2]);
  });

  test('stands for nothing where all attempts have arrived, and for no more than have not', () => {
    expect(
      standingForLost([
        [1, 1],
        [2, 3],
        [3, 2],
      ]),
    ).toEqual([]);
    expect(
      standingForLost([
        [1, 1],
        [3, 4],
        [4, 2],
        [5, 3],
      ]),
    ).toEqual([2]);
  });
});
