import { afterEach, beforeEach, expect, it } from 'vitest';
import { Workbench } from './harness.ts';
import { CLUSTER, CLUSTER_SPACE, expectFound } from './planted.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

it(
  'a message that is stored again after a change of leader is found by a search, and reduced to that change',
  { timeout: 600_000 },
  async () => {
    await expectFound(bench, {
      sabotage: 'repeat',
      environment: CLUSTER,
      claim: { explore: CLUSTER_SPACE, checks: [{ kind: 'no-duplicates' }] },
      seed: 9,
      signature: 'check-no-duplicates-stored-twice',
      matter: ['step-down'],
    });
  },
);
