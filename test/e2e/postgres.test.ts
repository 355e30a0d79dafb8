import { resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Workbench } from './harness.ts';

const bench = new Workbench();
afterAll(() => bench.remove());

it('each order is kept once while PostgreSQL is stopped, killed, paused, cut off and slow', async () => {
  const run = bench.run(resolve('experiments/services/postgres-faults.yaml'));
  const { code, report, timeline } = await run.ends();
  expect(report.reasons, timeline).toEqual([]);
  expect(code).toBe(0);
  expect(report.faults.map(({ kind }) => kind)).toEqual(['stop', 'kill', 'pause', 'isolate', 'latency']);
  for (const { title, inForce, heldToEnd, removed } of report.faults)
    expect([inForce?.proven, heldToEnd?.proven, removed?.proven], title).toEqual([true, true, true]);
  const found = report.findings.find(({ check }) => check === 'exactly-once');
  expect(found?.counts['acknowledged'], timeline).toBeGreaterThan(100);
  expect(await bench.leftovers()).toEqual([]);
});
