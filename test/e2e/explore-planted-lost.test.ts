import { afterEach, beforeEach, expect, it } from 'vitest';
import { Workbench } from './harness.ts';
import { APART, APART_SPACE, expectFound } from './planted.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

it(
  'a message that is lost only while a pause and a kill overlap is found by a search, and reduced to the two',
  { timeout: 600_000 },
  async () => {
    await expectFound(bench, {
      sabotage: 'lose',
      environment: APART,
      claim: { explore: APART_SPACE, checks: [{ kind: 'no-loss', published: 'publisher' }] },
      seed: 22,
      signature: 'check-no-loss-missing',
      matter: ['kill', 'pause'],
    });
  },
);
