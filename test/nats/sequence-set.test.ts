import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SequenceSet } from '../../src/nats/sequence-set.ts';

test('it holds what a Set holds, beyond 32 bits too', () => {
  const sequence = fc.oneof(
    fc.integer({ min: 1, max: 200_000 }),
    fc.integer({ min: 2 ** 32 - 50, max: 2 ** 32 + 50 }),
    fc.integer({ min: 2 ** 52, max: 2 ** 52 + 100 }),
  );
  fc.assert(
    fc.property(fc.array(sequence), fc.array(sequence), (added, others) => {
      const [set, oracle] = [new SequenceSet(), new Set<number>()];
      for (const seq of added) {
        expect(set.add(seq)).toBe(!oracle.has(seq));
        oracle.add(seq);
        expect(set.size).toBe(oracle.size);
      }
      for (const seq of [...added, ...others]) expect(set.has(seq)).toBe(oracle.has(seq));
    }),
  );
});
