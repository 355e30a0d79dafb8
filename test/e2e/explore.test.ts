import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SavedSearch, SearchRun } from '../../src/explore/saved.ts';
import { processesNaming } from '../../src/drivers/undo/reap.ts';
import { until } from '../../src/support/deadline.ts';
import { parseXml } from '../report/forms/xml.ts';
import { smallEnvironment, smallExperiment, soonAgain, Workbench } from './harness.ts';

let bench: Workbench;
let file: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment(soonAgain)).file);
  const small = smallExperiment({
    workloads: {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s', timeout: '2s', retries: 5 },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    checks: [{ kind: 'no-loss', published: 'publisher', received: ['worker'] }],
  });
  const space = {
    ...{ length: '2s', events: '1..2', kinds: 2, recovery: '30s' },
    faults: [
      { kind: 'kill', nodes: ['c/s@leader', 'c@any'], for: '200ms..800ms' },
      { kind: 'pause', nodes: 'c@any', for: '200ms..800ms' },
    ],
    actions: [{ kind: 'step-down', stream: 'c/s' }],
    load: { workloads: { publisher: { rate: ['50/s', '200/s'] } } },
  };
  file = bench.experiment({ ...small, method: undefined, explore: space });
});
afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGTERM');
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

/** `chaos explore`, and what it has said so far. */
function explore(...args: string[]): {
  child: ChildProcess;
  said: () => string;
  ends: Promise<number | null>;
} {
  const words = [resolve('dist/cli/main.js'), 'explore', ...args, '--out', join(bench.folder, 'searches')];
  const child = spawn(process.execPath, words, {
    env: { ...process.env, TMPDIR: bench.temp, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  return { child, said: () => said, ends: new Promise((done) => child.once('close', (code) => done(code))) };
}

type Sitting = ReturnType<typeof explore>;

function theSearch(): { folder: string; state: SavedSearch } {
  const [name = ''] = readdirSync(join(bench.folder, 'searches'));
  const folder = join(bench.folder, 'searches', name);
  return { folder, state: JSON.parse(readFileSync(join(folder, 'explore.json'), 'utf8')) as SavedSearch };
}

it('searches, is killed, goes on where it was, and every run can be repeated from its file', async () => {
  const first = explore(file, '--runs', '3', '--seed', '3', '--no-reduce');
  const hasRun = (): boolean =>
    existsSync(join(bench.folder, 'searches')) && theSearch().state.runs.length >= 1;
  await until(() => Promise.resolve(hasRun() || first.child.exitCode !== null), {
    ...{ timeoutMs: 90_000, what: 'the first run' },
  });
  first.child.kill('SIGKILL');
  await first.ends;
  const before = theSearch().state;
  expect(before.runs.length, first.said()).toBeLessThan(3);
  expect(before.endedAt).toBeUndefined();

  const second = explore('--resume', '--junit', join(bench.folder, 'junit.xml'));
  const code = await second.ends;
  const { folder, state } = theSearch();
  expect(state.runs.map(({ number }) => number)).toEqual([1, 2, 3]);
  // What it had is kept as it was.
  expect(state.runs.slice(0, before.runs.length)).toEqual(before.runs);
  expect(
    state.runs.filter(({ verdict }) => verdict !== 'pass'),
    second.said(),
  ).toEqual([]);
  expect(code, second.said()).toBe(0);
  expect(state.runs[0]?.novel).not.toEqual([]);
  expect(state.features.some(({ count }) => count > 0)).toBe(true);
  for (const run of state.runs) {
    expect(existsSync(join(folder, run.folder ?? '', 'report.json'))).toBe(true);
    expect(existsSync(join(folder, run.file))).toBe(true);
  }
  const published = JSON.parse(readFileSync('schema/explore.schema.json', 'utf8')) as object;
  const validate = new Ajv2020({ strict: true }).compile(published);
  expect(validate(state), JSON.stringify(validate.errors)).toBe(true);
  const [suite] = parseXml(readFileSync(join(bench.folder, 'junit.xml'), 'utf8')).children;
  expect(suite?.attributes).toMatchObject({ tests: '1', failures: '0', errors: '0' });
  expect(readFileSync(join(folder, 'explore.html'), 'utf8')).toContain('</html>');

  const again = await bench.run(join(folder, state.runs[1]?.file ?? '')).ends();
  expect(again.code, again.timeline).toBe(0);
});

it('keeps servers from run to run, and leaves nothing when the process that keeps them is killed', async () => {
  // Which run is the first on used servers depends on what the runs before it show: the search goes on until it has been seen.
  const search = explore(file, '--budget', '30m', '--seed', '3', '--no-reduce');
  const runs = (): readonly SearchRun[] =>
    existsSync(join(bench.folder, 'searches')) ? theSearch().state.runs : [];
  const comes = async (what: string, isThere: () => boolean): Promise<void> => {
    await until(() => Promise.resolve(isThere() || search.child.exitCode !== null), {
      ...{ timeoutMs: 240_000, what: `${what}\n${search.said()}` },
    });
    expect(search.child.exitCode, search.said()).toBeNull();
  };
  const isReused = ({ reused = 0 }: SearchRun): boolean => reused > 0;
  await comes('a run on the servers of an earlier one', () => runs().some(isReused));
  const before = runs().length;
  const [keeper = Number.NaN] = processesNaming(theSearch().folder).filter(keepsServers);
  process.kill(keeper, 'SIGKILL');
  // The run that was going on is lost with its servers, and another process keeps those of later ones.
  await comes('a run on servers that another process keeps', () =>
    runs()
      .slice(before + 1)
      .some(isReused),
  );
  search.child.kill('SIGINT');
  expect(await search.ends, search.said()).toBe(130);
  const { folder, state } = theSearch();
  const verdicts = state.runs.map(({ number, verdict, headline }) => `${number} ${verdict}: ${headline}`);
  const about = [search.said(), ...verdicts].join('\n');
  expect(
    state.runs.map(({ number }) => number),
    about,
  ).toEqual(state.runs.map((_, at) => at + 1));
  const lost = state.runs.filter(({ verdict }) => ['error', 'unclean'].includes(verdict));
  // None, where it had just told of the run that it carried out.
  expect(lost.length, about).toBeLessThanOrEqual(1);
  for (const { headline } of lost) expect(headline, about).toMatch(/^it ended with SIGKILL/);
  const run = state.runs.find(isReused);
  const report = join(folder, run?.folder ?? '');
  expect(readdirSync(join(report, 'logs'))).toEqual(expect.arrayContaining(['n1.log', 'runner.log']));
  expect(readFileSync(join(report, 'report.json'), 'utf8')).toContain('"reused"');
  const standing = join(folder, 'standing');
  const going = existsSync(standing) ? readdirSync(standing).filter((name) => name.startsWith('.')) : [];
  expect(going).toEqual([]);
});

/** Processes come and go: one that has just ended has no command line any more. */
function keepsServers(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('__serve-runs');
  } catch {
    return false;
  }
}

it('leaves nothing when it is killed while it reduces, and reduces that finding when it goes on', async () => {
  const { explore: space, ...rest } = load(readFileSync(file, 'utf8')) as { explore: object };
  // A consumer that is made anew delivers again what was acknowledged.
  const actions = [{ kind: 'delete-consumer', consumer: 'c/s/worker' }];
  const failing = bench.experiment({
    ...rest,
    name: 'failing',
    explore: { ...space, events: 1, kinds: 1, faults: [], actions },
    checks: [{ kind: 'no-duplicates', received: ['worker'] }],
  });
  const first = explore(failing, '--runs', '1', '--budget', '2m', '--seed', '3');
  await until(() => Promise.resolve(first.said().includes('looking for') || first.child.exitCode !== null), {
    ...{ timeoutMs: 90_000, what: 'the first try of a reduction' },
  });
  first.child.kill('SIGKILL');
  await first.ends;
  expect(
    theSearch().state.findings.map(({ reduced }) => reduced),
    first.said(),
  ).toEqual([null]);

  const second = explore('--resume');
  expect(await second.ends, second.said()).toBe(1);
  const { folder, state } = theSearch();
  expect(state.runs).toHaveLength(1);
  const [finding] = state.findings;
  expect(finding?.reduced?.after.shown, second.said()).toBeGreaterThan(0);
  expect(readdirSync(join(folder, 'findings'))).toEqual([finding?.id]);
});

it('undoes what Ctrl-C interrupts, and says how to go on', async () => {
  const search = explore(file, '--budget', '10m', '--seed', '3', '--no-reduce');
  await until(() => Promise.resolve(search.said().includes('run 1')), {
    ...{ timeoutMs: 90_000, what: 'the first run' },
  });
  search.child.kill('SIGINT');
  expect(await search.ends, search.said()).toBe(130);
  expect(search.said()).toContain('chaos explore --resume');
  expect(theSearch().state.interrupted).toBe('SIGINT');
});

it('searches with two runs side by side, through an interruption and a kill, each run once', async () => {
  const begins = ['--runs', '6', '--seed', '3', '--parallel', '2', '--no-reduce'];
  const sitting = async (args: string[], isEnough: (state: SavedSearch) => boolean): Promise<Sitting> => {
    const search = explore(...args);
    const enough = (): boolean => existsSync(join(bench.folder, 'searches')) && isEnough(theSearch().state);
    await until(() => Promise.resolve(enough() || search.child.exitCode !== null), {
      ...{ timeoutMs: 180_000, what: 'enough runs' },
    });
    return search;
  };
  const first = await sitting([file, ...begins], ({ runs }) => runs.length >= 2);
  first.child.kill('SIGINT');
  expect(await first.ends, first.said()).toBe(130);
  expect(await bench.leftovers()).toEqual([]);
  const interrupted = theSearch().state.runs;

  const second = await sitting(
    ['--resume', '--parallel', '2', '--no-reduce'],
    ({ runs }) => runs.length > interrupted.length,
  );
  second.child.kill('SIGKILL');
  await second.ends;
  const killed = theSearch().state.runs;
  // What was going on goes on by itself, for the next sitting to take in.
  const third = await sitting(['--resume', '--parallel', '2', '--no-reduce'], () => false);
  expect(await third.ends, third.said()).toBe(0);
  const { folder, state } = theSearch();
  expect(state.runs.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(state.runs.filter(({ number }) => interrupted.some((run) => run.number === number))).toEqual(
    interrupted,
  );
  expect(state.runs.filter(({ number }) => killed.some((run) => run.number === number))).toEqual(killed);
  // The first two went on at one time.
  const [a, b] = state.runs;
  expect(Math.abs(Date.parse(a?.startedAt ?? '') - Date.parse(b?.startedAt ?? ''))).toBeLessThan(a?.ms ?? 0);
  const standing = join(folder, 'standing');
  expect(existsSync(standing) ? readdirSync(standing).filter((name) => name.startsWith('.')) : []).toEqual(
    [],
  );
});
