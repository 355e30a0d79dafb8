import { afterEach, beforeEach, expect, it } from 'vitest';
import { Workbench } from './harness.ts';
import { APART, expectFound, explore } from './planted.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

it('a message that is lost only while a pause and a kill overlap is found by a search, and reduced to the two', { timeout: 600_000 }, async () => {
  await expectFound(bench, {
    sabotage: 'lose',
    environment: APART,
    claim: { explore, checks: [{ kind: 'no-loss', published: 'publisher' }] },
    seed: 1,
    signature: 'check-no-loss-missing', matter: ['kill', 'pause'],
  });
});
