import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHistory } from '../../src/history/reader.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { onEngine } from '../support/engine.ts';
import { Workbench, type EndedRun } from './harness.ts';

const SHIPPED = readdirSync('experiments').filter((name) => name.endsWith('.yaml'));

let bench: Workbench;
beforeAll(() => {
  bench = new Workbench();
});
afterAll(() => bench.remove());

const onProcesses = new Map<string, Promise<EndedRun>>();

/** One run of an experiment that ships, for all that is asked of it here. */
function processRun(name: string): Promise<EndedRun> {
  const run = onProcesses.get(name) ?? bench.run(resolve('experiments', name), '--free-ports').ends();
  onProcesses.set(name, run);
  return run;
}

const reportIsValid = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync('schema/report.schema.json', 'utf8')) as object,
);

describe('the experiments that ship pass, and leave a whole report and nothing else', () => {
  it.each(SHIPPED)('%s', async (name) => {
    const { code, report, folder, story } = await processRun(name);
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
    expectLogs(report, folder);
    expect(await bench.leftovers()).toEqual([]);
  });

  it('in a partition, messages 101 to 300 arrive at the mirrors only after it is healed', async () => {
    const { report, folder } = await processRun('partition-recovery.yaml');
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

/** What two runs of one experiment must have in common, whatever they ran on. */
const outcome = ({ verdict, findings, faults, phases, guard }: SavedRun) => ({
  verdict,
  findings: findings.map(({ check, subject, verdict: found }) => ({ check, subject, found })),
  faults: faults.map(({ title, inForce, heldToEnd, removed }) => ({
    title,
    proven: [inForce?.proven, heldToEnd?.proven, removed?.proven],
  })),
  phases: phases.map(({ name, outcome: how }) => ({ name, how })),
  bypasses: guard.bypasses,
});

describe('they reach the same verdict on containers, check by check and proof by proof', () => {
  it.each(SHIPPED)('%s', async (name) => {
    const processes = await processRun(name);
    const { code, report, folder, story } = await bench
      .run(resolve('experiments', name), '--free-ports', '--driver', 'docker')
      .ends();
    expect(report.reasons, story).toEqual([]);
    expect(outcome(report)).toEqual(outcome(processes.report));
    expect(report.driver).toBe('docker');
    expect(report.versions['nats-server']).toBe(processes.report.versions['nats-server']);
    expect(report.guard.checks).toBeGreaterThan(0);
    expect(code).toBe(0);
    expectLogs(report, folder, 'Server is ready');
    expect(await onEngine(report.runId)).toEqual([]);
    expect(await bench.leftovers()).toEqual([]);
  });
});

/** The runner's log and every node's are there; the latter say so. */
function expectLogs({ topology }: SavedRun, folder: string, says = ''): void {
  const logs = readdirSync(join(folder, 'logs'));
  expect(logs).toContain('runner.log');
  for (const { name } of topology.clusters.flatMap((cluster) => cluster.nodes)) {
    expect(logs).toContain(`${name}.log`);
    expect(readFileSync(join(folder, 'logs', `${name}.log`), 'utf8')).toContain(says);
  }
}
