import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, load } from 'js-yaml';
import { expect } from 'vitest';
import type { SavedSearch } from '../../src/explore/saved.ts';
import { saboteur, type Sabotage } from '../support/saboteur.ts';
import type { Workbench } from './harness.ts';

/** Three servers that know nothing of each other: they start in a moment, and no election delays anything. */
export const APART = {
  name: 'servers',
  title: 'Three servers, each by itself',
  clusters: { a: { nodes: ['a1'] }, b: { nodes: ['b1'] }, c: { nodes: ['c1'] } },
  streams: { 'c/s': { subjects: ['s.>'] } },
};

export const CLUSTER = {
  name: 'servers',
  title: 'One cluster of three',
  clusters: { c: { nodes: ['c1', 'c2', 'c3'] } },
  streams: { 'c/s': { subjects: ['s.>'], replicas: 3 } },
};

const SHORT = { length: '2s', events: '3..5', kinds: 4, atOnce: 3, recovery: '20s' };
const RELOADED = { config: { max_payload: 65_536 }, for: '500ms..1s' };

/** None of its items alone is what the saboteur waits for. */
export const APART_SPACE = {
  ...SHORT,
  faults: [
    { kind: 'kill', nodes: ['a/a1', 'b/b1'], for: '500ms..1s' },
    { kind: 'pause', nodes: ['a/a1', 'b/b1'], for: '500ms..1s' },
    { kind: 'reload', nodes: ['a/a1', 'b/b1', 'c/c1'], ...RELOADED },
  ],
  actions: [{ kind: 'rotate-clients', cluster: 'c' }],
};

export const CLUSTER_SPACE = {
  ...SHORT,
  faults: [
    { kind: 'pause', nodes: ['c/c1', 'c/c2', 'c/c3'], for: '300ms..800ms' },
    { kind: 'reload', nodes: ['c/c1', 'c/c2', 'c/c3'], ...RELOADED },
  ],
  actions: [
    { kind: 'step-down', meta: 'c' },
    { kind: 'step-down', stream: 'c/s' },
  ],
};

export interface Planted {
  sabotage: Sabotage;
  environment: Record<string, unknown>;
  /** A space, and what is claimed in each of its runs. */
  claim: Record<string, unknown>;
  seed: number;
  /** What the failure is known by. */
  signature: string;
  /** Kinds of the faults and actions that matter, by name. */
  matter: string[];
}

/** Searches a space for what a saboteur does, and expects it to be found, to be reduced to what matters, and to show again. */
export async function expectFound(bench: Workbench, planted: Planted): Promise<void> {
  const { sabotage, environment, claim, seed, signature, matter } = planted;
  bench.environment({ ...environment, nats: await saboteur(bench.folder, sabotage) });
  const space = bench.experiment({
    name: 'planted',
    title: 'Whatever happens, nothing is lost, repeated or late',
    environment: 'servers',
    maxNodesDown: 2,
    workloads: { publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' } },
    steadyState: [{ kind: 'server-healthy', servers: 'c', min: 1, within: '20s' }],
    ...claim,
  });
  const out = join(bench.folder, 'searches');
  const bounds = ['--seed', String(seed), '--runs', '12', '--stop-on-first'];
  const { code, stderr } = await chaos(bench, 'explore', space, ...bounds, '--out', out);
  expect(code, stderr).toBe(1);
  const folder = join(out, readdirSync(out).sort().at(-1)!);
  const search = JSON.parse(readFileSync(join(folder, 'explore.json'), 'utf8')) as SavedSearch;
  expect(
    search.findings.map(({ id }) => id),
    stderr,
  ).toEqual([signature]);
  const [{ reduced }] = search.findings as [SavedSearch['findings'][number]];
  expect(reduced, stderr).not.toBeNull();
  const file = join(folder, reduced!.experiment);
  expect(strikesIn(file).sort(), `${stderr}\n${readFileSync(file, 'utf8')}`).toEqual(matter);
  expect(existsSync(join(folder, reduced!.folder, 'README.md'))).toBe(true);

  // Its times are as short as they can be, so on a busy machine two faults may miss one another.
  const seen: unknown[] = [];
  while (seen.length < 3 && !seen.includes('fail')) {
    const again = await bench.run(file, '--free-ports').ends();
    seen.push(again.report.expected?.seen);
    if (seen.at(-1) === 'fail') expect(again.code, again.timeline).toBe(0);
  }
  expect(seen).toContain('fail');
}

/** A command of the program. */
function chaos(bench: Workbench, ...args: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['dist/cli/main.js', ...args],
      { env: { ...process.env, TMPDIR: bench.temp } },
      (error, _, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr }),
    );
  });
}

/** Kinds of the faults and actions of an experiment file. */
function strikesIn(file: string): string[] {
  const { method } = load(readFileSync(file, 'utf8'), { schema: CORE_SCHEMA }) as {
    method: { faults?: { kind: string }[]; actions?: { kind: string }[] }[];
  };
  return method.flatMap(({ faults = [], actions = [] }) => [...faults, ...actions].map(({ kind }) => kind));
}
