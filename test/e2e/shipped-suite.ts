import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { injectionsByFault } from '../../src/history/injections.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { onEngine } from '../support/engine.ts';
import { isLeftOut } from '../support/surroundings/left-out.ts';
import { Workbench, type EndedRun } from './harness.ts';

/** Both drivers give the same nodes and links; one experiment for each way in which a run uses them is enough to compare. */
export const ON_BOTH_DRIVERS: readonly string[] = [
  'basic-function',
  'bounce',
  'kv-put-get',
  'partition-recovery',
  'storm',
].map((name) => `${name}.yaml`);

/**
 * Experiments that ship, on processes and on containers.
 * @param names files below `experiments/`
 * @param onContainersToo those of them that run on containers too
 */
export function shippedSuite(names: readonly string[], onContainersToo: readonly string[]): void {
  describe('the experiments that ship pass, and leave a whole report and nothing else', () => {
    it.each(names)('%s', async (name) => {
      // Beside this one, for what is asked of it below.
      if (!lacksContainers && onContainersToo.includes(name)) containerRun(name).ended.catch(() => undefined);
      const { bench, ended } = processRun(name);
      const { code, report, folder, timeline } = await ended;
      expectPassed(report, name, timeline);
      expect(code).toBe(0);
      expect(reportIsValid(report), JSON.stringify(reportIsValid.errors)).toBe(true);
      expectGuard(report);
      expect(report.guard.bypasses).toEqual([]);
      for (const fault of report.faults.filter(({ skipped }) => skipped === undefined)) {
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
  });

  if (onContainersToo.length === 0) return;
  describe.skipIf(lacksContainers)(
    'they reach the same verdict on containers, check by check and proof by proof',
    () => {
      it.each(onContainersToo)('%s', async (name) => {
        const processes = await processRun(name).ended;
        const { bench, ended } = containerRun(name);
        const { code, report, folder, timeline } = await ended;
        expect(report.reasons, timeline).toEqual([]);
        expect(outcome(report)).toEqual(outcome(processes.report));
        expect(report.driver).toBe('docker');
        expect(report.versions['nats-server']).toBe(processes.report.versions['nats-server']);
        expectGuard(report);
        expect(code).toBe(0);
        expectLogs(report, folder, 'Server is ready');
        expect(await onEngine(report.runId)).toEqual([]);
        expect(await bench.leftovers()).toEqual([]);
      });
    },
  );
}

/** Those in which releases of nats-server now and then show a mistake of theirs, and what it looks like; everything else still fails. */
const MAY_FAIL: Readonly<Record<string, RegExp>> = {
  'paused-node-many-consumers.yaml':
    /^(Phase recovery ran out of time|Steady state not met after the method): .*stream-messages z\/got/,
};

function expectPassed({ reasons, expected }: SavedRun, name: string, timeline: string): void {
  const known = expected?.verdict === 'either' ? MAY_FAIL[name] : undefined;
  const unknown = reasons.filter(({ text }) => known?.test(text) !== true);
  expect(unknown, timeline).toEqual([]);
}

/** How long those last that can be told so: every fault comes at least once. */
const lasting = (name: string) => ({ LASTS: name === 'storm.yaml' ? '40s' : '15s' });

/** A run in a folder of its own: what it leaves is told from what others are still using. */
interface ShippedRun {
  bench: Workbench;
  ended: Promise<EndedRun>;
}

const onProcesses = new Map<string, ShippedRun>();
const onContainers = new Map<string, ShippedRun>();
afterAll(() => {
  for (const { bench } of [...onProcesses.values(), ...onContainers.values()]) bench.remove();
});

/** One run of an experiment that ships, for all that is asked of it here. */
export function processRun(name: string): ShippedRun {
  return runOnce(onProcesses, name);
}

/** The same on containers. */
function containerRun(name: string): ShippedRun {
  return runOnce(onContainers, name, '--driver', 'docker');
}

function runOnce(runs: Map<string, ShippedRun>, name: string, ...args: string[]): ShippedRun {
  const known = runs.get(name);
  if (known !== undefined) return known;
  const bench = new Workbench();
  const run = bench.runIn(lasting(name), resolve('experiments', name), '--free-ports', ...args);
  const started = { bench, ended: run.ends() };
  runs.set(name, started);
  return started;
}

const lacksContainers = isLeftOut('containers');

const reportIsValid = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync('schema/report.schema.json', 'utf8')) as object,
);

/** What two runs of one experiment must have in common, whatever they ran on. */
const outcome = ({ verdict, findings, faults, phases, guard }: SavedRun) => ({
  verdict,
  findings: findings.map(({ check, subject, verdict: found }) => ({ check, subject, found })),
  // How often the faults of a storm come, and which of them meet, is a matter of moments: those that came are proven.
  faults: injectionsByFault(faults)
    .map((injections) => {
      const made = injections.filter(({ skipped }) => skipped === undefined);
      const proofs = made.flatMap(({ inForce, heldToEnd, removed }) => [inForce, heldToEnd, removed]);
      return { title: injections[0]?.title ?? '', proven: new Set(proofs.map((proof) => proof?.proven)) };
    })
    .sort((a, b) => a.title.localeCompare(b.title)),
  phases: phases.map(({ name, outcome: how }) => ({ name, how })),
  bypasses: guard.bypasses,
});

/** It has checked wherever a link was under control, and nowhere else. */
function expectGuard({ guard, topology }: SavedRun): void {
  const isControlled = topology.links.some(({ direct }) => direct !== true);
  expect(guard.checks > 0).toBe(isControlled);
}

/** The runner's log and every node's are there; the latter say so. */
function expectLogs({ topology }: SavedRun, folder: string, says = ''): void {
  const logs = readdirSync(join(folder, 'logs'));
  expect(logs).toContain('runner.log');
  for (const { name } of topology.clusters.flatMap((cluster) => cluster.nodes)) {
    expect(logs).toContain(`${name}.log`);
    expect(readFileSync(join(folder, 'logs', `${name}.log`), 'utf8')).toContain(says);
  }
}
