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
  'an acknowledgement that comes too late once a pause and a kill overlap is found by a search, and reduced to the two',
  { timeout: 600_000 },
  async () => {
    await expectFound(bench, {
      sabotage: 'delay',
      environment: APART,
      claim: {
        explore: APART_SPACE,
        thresholds: [{ metric: 'unavailability', workload: 'publisher', max: '1500ms' }],
      },
      seed: 16,
      signature: 'threshold-unavailability-of-publisher',
      matter: ['kill', 'pause'],
    });
  },
);
