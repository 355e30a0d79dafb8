import { resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Workbench } from './harness.ts';

const bench = new Workbench();
afterAll(() => bench.remove());

it('orders go through the whole order system: stored once, notified once by each instance', async () => {
  const run = bench.runIn(
    { LASTS: '5s' },
    resolve('experiments/order-system/load-is-spread.yaml'),
    '--free-ports',
  );
  const { code, report, timeline } = await run.ends();
  expect(report.reasons, timeline).toEqual([]);
  expect(code).toBe(0);
  const found = report.findings.find(({ check }) => check === 'exactly-once');
  expect(found?.counts['acknowledged'], timeline).toBeGreaterThan(100);
  expect(await bench.leftovers()).toEqual([]);
});
