import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inOrder } from '../../src/history/in-order.ts';

interface Batch {
  length: number;
  rows: [key: number, next: number][];
}

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 9 })), {
  maxLength: 300,
});

function fill({ rows: given }: Batch, columns: readonly Float64Array[], at: number): number {
  // Every tenth is not wanted.
  const wanted = given.filter(([, next]) => next !== 9);
  for (const [row, values] of wanted.entries())
    for (const [column, value] of values.entries()) columns[column]![at + row] = value;
  return wanted.length;
}

it('sorts rows that are in any order, and says what is still to come', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 40 }), fc.boolean(), (all, size, isNearly) => {
      const given = isNearly ? [...all].sort(([a, x], [b, y]) => a - b + (x - y) / 4) : all;
      const batches: Batch[] = [];
      for (let at = 0; at < given.length; at += size) {
        const batch = given.slice(at, at + size);
        batches.push({ length: batch.length, rows: batch });
      }
      const expected = given.filter(([, next]) => next !== 9).sort(([a, x], [b, y]) => a - b || x - y);
      const sorted: [number, number][] = [];
      for (const { length, columns, leastAfter } of inOrder(batches, 2, fill)) {
        const [keys, nexts] = columns as [Float64Array, Float64Array];
        for (let row = 0; row < length; row += 1) sorted.push([keys[row]!, nexts[row]!]);
        const rest = expected.slice(sorted.length);
        expect(leastAfter).toEqual(
          [0, 1].map((column) => Math.min(Infinity, ...rest.map((row) => row[column]!))),
        );
      }
      expect(sorted).toEqual(expected);
    }),
  );
});

it('holds no more than what has been overtaken: rows in order go straight on', () => {
  const batches = Array.from({ length: 100 }, (_, batch): Batch => {
    const own = Array.from({ length: 10 }, (_, at): [number, number] => [batch * 10 + at, 0]);
    return { length: 10, rows: own };
  });
  const lengths = [...inOrder(batches, 2, fill)].map(({ length }) => length);
  expect(lengths).toEqual(Array.from({ length: 100 }, () => 10));
});
