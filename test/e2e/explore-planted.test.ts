import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SavedSearch } from '../../src/explore/saved.ts';
import { signaturesOf } from '../../src/reduce/signature.ts';
import { saboteur, type Sabotage } from '../support/saboteur.ts';
import { Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

/** Three servers that know nothing of each other: they start in a moment, and no election delays anything. */
async function threeServers(sabotage: Sabotage): Promise<void> {
  bench.environment({
    name: 'apart',
    title: 'Three servers, each by itself',
    nats: await saboteur(bench.folder, sabotage),
    clusters: { a: { nodes: ['a1'] }, b: { nodes: ['b1'] }, c: { nodes: ['c1'] } },
    streams: { 'c/s': { subjects: ['s.>'] } },
  });
}

async function cluster(sabotage: Sabotage): Promise<void> {
  bench.environment({
    name: 'apart',
    title: 'One cluster of three',
    nats: await saboteur(bench.folder, sabotage),
    clusters: { c: { nodes: ['c1', 'c2', 'c3'] } },
    streams: { 'c/s': { subjects: ['s.>'], replicas: 3 } },
  });
}

const publisher = { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' };

/** An experiment on either of them. */
const experiment = (over: Record<string, unknown>): Record<string, unknown> => ({
  name: 'planted',
  title: 'Whatever happens, nothing is lost, repeated or late',
  environment: 'apart',
  maxNodesDown: 2,
  workloads: { publisher },
  steadyState: [{ kind: 'server-healthy', servers: 'c', min: 1, within: '20s' }],
  ...over,
});

/** A command of the program. */
function chaos(...args: string[]): Promise<{ code: number; stderr: string; stdout: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['dist/cli/main.js', ...args],
      { env: { ...process.env, TMPDIR: bench.temp } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

/** Kinds of the faults of an experiment file, with those of its file that a fault is on. */
function faultsIn(file: string): string[] {
  const { method } = load(readFileSync(file, 'utf8'), { schema: CORE_SCHEMA }) as {
    method: { faults?: { kind: string }[]; actions?: { kind: string }[] }[];
  };
  return method.flatMap(({ faults = [], actions = [] }) => [...faults, ...actions].map(({ kind }) => kind));
}

describe('a message that is lost only while a pause and a kill overlap', () => {
  it('is found by a search that names neither, and reduced to the two', { timeout: 600_000 }, async () => {
    await threeServers('lose');
    const space = bench.experiment(
      experiment({
        explore: {
          length: '3s',
          events: '3..5',
          kinds: 4,
          atOnce: 3,
          faults: [
            { kind: 'kill', nodes: 'a/a1', for: '700ms..1500ms' },
            { kind: 'pause', nodes: 'b/b1', for: '700ms..1500ms' },
            { kind: 'latency', between: [['clients', 'c']], latency: '100ms..300ms', for: '700ms..1500ms' },
          ],
          actions: [{ kind: 'rotate-clients', cluster: 'c' }],
          recovery: '20s',
        },
        checks: [{ kind: 'no-loss', published: 'publisher' }],
      }),
    );
    const out = join(bench.folder, 'searches');
    const { code, stderr } = await chaos(
      ...[
        'explore',
        space,
        '--seed',
        '99',
        '--runs',
        '12',
        '--budget',
        '10m',
        '--stop-on-first',
        '--out',
        out,
      ],
    );
    expect(code, stderr).toBe(1);
    const folder = join(out, readdirSync(out).sort().at(-1)!);
    const search = JSON.parse(readFileSync(join(folder, 'explore.json'), 'utf8')) as SavedSearch;
    expect(search.findings.map(({ id }) => id)).toEqual(['check-no-loss-missing']);
    const [{ reduced }] = search.findings as [SavedSearch['findings'][number]];
    expect(reduced, stderr).not.toBeNull();
    const file = join(folder, reduced!.experiment);
    expect(faultsIn(file).sort(), readFileSync(file, 'utf8')).toEqual(['kill', 'pause']);
    expect(existsSync(join(folder, reduced!.folder, 'README.md'))).toBe(true);

    // Its times are as short as they can be, so on a busy machine the two may miss one another.
    const seen: unknown[] = [];
    while (seen.length < 3 && !seen.includes('fail')) {
      const again = await bench.run(file, '--free-ports').ends();
      seen.push(again.report.expected?.seen);
      if (seen.at(-1) === 'fail') expect(again.code, again.timeline).toBe(0);
    }
    expect(seen).toContain('fail');
  });
});

it('a message that is stored again after a change of leader is found, and known by that', async () => {
  await cluster('repeat');
  const file = bench.experiment(
    experiment({
      method: [
        {
          phase: 'before',
          until: [{ kind: 'workload-progress', workload: 'publisher', min: 20 }],
          within: '20s',
        },
        { phase: 'changed', actions: [{ kind: 'step-down', stream: 'c/s' }], for: '2s' },
      ],
      checks: [{ kind: 'no-duplicates' }],
    }),
  );
  const { code, report, timeline } = await bench.run(file).ends();
  expect(code, `${timeline}\n${JSON.stringify([report.reasons, report.thresholds])}`).toBe(1);
  expect(signaturesOf(report).map(({ id }) => id)).toEqual(['check-no-duplicates-stored-twice']);
});

it('an acknowledgement that is delayed while a pause and a kill overlap is found, and known by that', async () => {
  await threeServers('delay');
  const file = bench.experiment(
    experiment({
      method: [
        {
          phase: 'overlap',
          faults: [
            { kind: 'pause', nodes: 'a/a1', after: '500ms', for: '1500ms' },
            { kind: 'kill', nodes: 'b/b1', after: '800ms', for: '1s' },
          ],
          for: '4s',
        },
      ],
      thresholds: [{ metric: 'unavailability', workload: 'publisher', max: '1s' }],
      checks: [{ kind: 'no-loss', published: 'publisher' }],
    }),
  );
  const { code, report, timeline } = await bench.run(file).ends();
  expect(code, `${timeline}\n${JSON.stringify([report.reasons, report.thresholds])}`).toBe(1);
  expect(signaturesOf(report).map(({ id }) => id)).toEqual(['threshold-unavailability-of-publisher']);
});
