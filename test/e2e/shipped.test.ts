import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHistory } from '../../src/history/reader.ts';
import { Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench.remove());

const reportIsValid = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync('schema/report.schema.json', 'utf8')) as object,
);

describe('the experiments that ship pass, and leave a whole report and nothing else', () => {
  it.each(readdirSync('experiments').filter((name) => name.endsWith('.yaml')))('%s', async (name) => {
    const { code, report, folder, story } = await bench
      .run(resolve('experiments', name), '--free-ports')
      .ends();
    expect(report.reasons, story).toEqual([]);
    expect(code).toBe(0);
    expect(reportIsValid(report), JSON.stringify(reportIsValid.errors)).toBe(true);
    expect(report.guard.checks).toBeGreaterThan(0);
    expect(report.guard.bypasses).toEqual([]);
    for (const fault of report.faults) {
      expect([fault.inForce?.proven, fault.heldToEnd?.proven, fault.removed?.proven], fault.title).toEqual([
        true,
        true,
        true,
      ]);
    }
    for (const probe of report.probes) expect(probe.samples.length, probe.id).toBeGreaterThan(1);
    const logs = readdirSync(join(folder, 'logs'));
    expect(logs).toContain('runner.log');
    for (const node of report.topology.clusters.flatMap((cluster) => cluster.nodes))
      expect(logs).toContain(`${node.name}.log`);
    expect(await bench.leftovers()).toEqual([]);
  });

  it('in a partition, messages 101 to 300 arrive at the mirrors only after it is healed', async () => {
    const file = resolve('experiments/partition-recovery.yaml');
    const { report, folder } = await bench.run(file, '--free-ports').ends();
    const fault = report.faults[0]!;
    const targets = report.workloads.map(({ name, kind, target }) => [name, { kind, target }] as const);
    const history = await readHistory(join(folder, 'history.ndjson'), Object.fromEntries(targets));
    for (const mirror of ['consume-qa1a-mirror', 'consume-qa1b-mirror']) {
      const deliveries = history.deliveries.filter((event) => event.workload === mirror);
      expect(deliveries.map((event) => event.seq)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
      const during = deliveries.filter((event) => event.t > fault.inForce!.t && event.t < fault.removedAt!);
      expect(during).toEqual([]);
      expect(deliveries.filter((event) => event.t <= fault.inForce!.t)).toHaveLength(100);
    }
    const local = history.deliveries.filter((event) => event.workload === 'consume-qa1a');
    expect(local.filter((event) => event.t > fault.inForce!.t && event.t < fault.removedAt!)).toHaveLength(
      200,
    );
  });
});
