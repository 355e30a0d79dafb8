import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assetModel, type AssetOp, type AssetState } from '../../src/checkers/assets/model.ts';
import { explain } from '../../src/checkers/model/search.ts';

const MODEL = assetModel(1);

interface Step {
  op: AssetOp['op'];
  t: number;
  lasts: number;
  result: AssetOp['result'];
}

const step: fc.Arbitrary<Step> = fc
  .record({
    op: fc.constantFrom('create', 'create', 'update', 'delete', 'createConsumer', 'deleteConsumer'),
    t: fc.nat(14),
    lasts: fc.nat(6),
    answer: fc.constantFrom('ok', 'ok', 'ok', 'refused', 'unknown'),
  })
  .map(({ op, t, lasts, answer }) => {
    const refused = op === 'create' || op === 'createConsumer' ? 'exists' : 'missing';
    return { op, t, lasts, result: answer === 'refused' ? refused : answer };
  });

/** Half of them as a stream would answer, by the order in which they are sent. */
const histories = fc
  .tuple(fc.boolean(), fc.array(step, { minLength: 1, maxLength: 6 }))
  .map(([honest, steps]) => {
    let state = MODEL.initial;
    return [...steps]
      .sort((a, b) => a.t - b.t)
      .map(({ op, t, lasts, result }, at): AssetOp => {
        const part = op.endsWith('Consumer') ? 1 : 0;
        const end = result === 'unknown' ? Infinity : t + lasts;
        const made = { op, t, end, client: 0, key: '', part, value: at + 1, result };
        if (!honest || result === 'unknown') return made;
        const right = (['ok', 'exists', 'missing'] as const).find(
          (one) => MODEL.apply(state, { ...made, result: one }) !== undefined,
        );
        const told = { ...made, result: right ?? result };
        state = MODEL.apply(state, told) ?? state;
        return told;
      });
  });

test('finds an order where one exists, and every state that it may end in, as a search of all orders does', () => {
  const seen = { order: 0, none: 0 };
  fc.assert(
    fc.property(histories, (ops) => {
      const explained = explain(ops, MODEL);
      const states = bruteForce(ops);
      expect(explained.found).toBe(states.size === 0 ? 'none' : 'order');
      if (explained.found === 'order') expect(new Set(explained.states.map(MODEL.key))).toEqual(states);
      if (explained.found !== 'too-many') seen[explained.found] += 1;
    }),
    { numRuns: 3000 },
  );
  expect(seen.order).toBeGreaterThan(500);
  expect(seen.none).toBeGreaterThan(200);
});

/** All states in which some order of all operations, and any of those without an answer, may end. */
function bruteForce(ops: readonly AssetOp[]): Set<string> {
  const states = new Set<string>();
  const go = (state: AssetState, left: readonly AssetOp[]): void => {
    if (left.every(({ end }) => end === Infinity)) states.add(MODEL.key(state));
    for (const op of left) {
      // Nothing that had ended before it was sent may come after it.
      if (left.some((other) => other !== op && other.end < op.t)) continue;
      const after = MODEL.apply(state, op);
      if (after !== undefined)
        go(
          after,
          left.filter((other) => other !== op),
        );
    }
  };
  go(MODEL.initial, ops);
  return states;
}
