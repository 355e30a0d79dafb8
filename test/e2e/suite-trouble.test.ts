import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../src/support/deadline.ts';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';
import { chaos, Disks, expectTrouble, fill, small } from './own-trouble.ts';

/** Mounts need it, and so does a folder that not even root may change. */
const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write('NOT TESTED on this machine: suites on small disks: not root\n');

const SUITES = ['matrix', 'nightly'] as const;
const ELSEWHERE = 'nats-chaos-reports';

let bench: Workbench;
let disks: Disks;
beforeEach(() => {
  bench = new Workbench();
  disks = new Disks(bench.folder);
});
afterEach(async () => {
  rmSync(join(bench.temp, ELSEWHERE), { recursive: true, force: true });
  disks.removeAll();
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

it('a run that cannot be carried out keeps no other from it', async () => {
  const { file, port } = await smallEnvironment();
  bench.environment(file);
  bench.environment({ ...file, name: 'other', clusters: { c: { nodes: ['n1', 'n2', 'n3'] } } });
  bench.experiment(smallExperiment({ name: 'a-taken' }));
  bench.experiment(smallExperiment({ name: 'b-free', environment: 'other' }));
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(port, '127.0.0.1', done));
  try {
    const out = join(bench.folder, 'reports');
    const { ended } = chaos(bench, ['run', join(bench.folder, 'experiments'), '--out', out, '--json']);
    const { code, stdout, stderr } = await ended;
    const results = stdout.split('\n').filter((line) => line.includes('"type":"result"'));
    expect(results.map((line) => (JSON.parse(line) as { verdict: string }).verdict)).toEqual([
      'error',
      'pass',
    ]);
    expect([code, stderr]).toEqual([3, expect.not.stringMatching(/^\s+at /m)]);
    expect(stdout).toContain(`${port}`);
  } finally {
    taken.close();
  }
});

it('a night counts a run that is killed as an error, with nothing of it left', async () => {
  const night = begun('nightly', await lasting(), join(bench.folder, 'out'));
  const run = await night.inForce();
  const { pid } = JSON.parse(readFileSync(join(run, 'runner.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  const { code, stdout, stderr } = await night.ended;
  expect([code, stderr]).toEqual([3, expect.not.stringMatching(/^\s+at /m)]);
  expect(stdout).toMatch(/ended without a report \(SIGKILL\)/);
  expect(read(night.folder(), 'night.json')).toMatchObject({ verdict: 'error', exitCode: 3 });
});

describe.runIf(isRoot)('a suite whose folder can no longer be written', () => {
  it.each(SUITES)('because its disk is full: %s', async (suite) => {
    const out = disks.inMemory('size=6m');
    const going = begun(suite, await lasting(), out, '--repeat', '2', '--jobs', '1');
    await going.inForce();
    fill(join(out, 'filler'));
    const ended = await going.ended;
    expect(ended.code).toBe(3);
    expectTrouble(ended, /the suite cannot be saved: .*ENOSPC[^]*free some space[^]*it is elsewhere: /);
    expect(verdictsElsewhere()).toEqual(['error', 'error']);
  });

  it.each(SUITES)('because nobody may: %s', async (suite) => {
    const out = disks.onDevice('ext4', 64 * 1024 ** 2);
    const going = begun(suite, await small(bench), out);
    await going.running();
    execFileSync('chattr', ['+i', going.folder()]);
    const ended = await going.ended;
    expect(ended.code).toBe(3);
    expectTrouble(ended, /the suite cannot be saved: .*EPERM[^]*right to it[^]*it is elsewhere: /);
    expect(verdictsElsewhere()).toEqual(['pass']);
  });
});

/** The path of an experiment that goes on until somebody ends it. */
function lasting(): Promise<string> {
  return small(bench, {
    method: [{ phase: 'wait', for: '10m', faults: [{ kind: 'pause', nodes: 'c/s@follower' }] }],
  });
}

function begun(suite: (typeof SUITES)[number], file: string, out: string, ...options: string[]) {
  const { ended } = chaos(bench, [suite, file, '--out', out, ...options]);
  let code: number | null | undefined;
  void ended.then((end) => (code = end.code));
  const folder = (): string => join(out, readdirSync(out).find((name) => /^\d{4}/.test(name)) ?? 'none');
  const going = (): string | undefined => {
    if (code !== undefined) throw new Error(`it ended with ${code}`);
    const runs = join(folder(), 'runs');
    const name = existsSync(runs) ? readdirSync(runs).find((one) => one.startsWith('.running-')) : undefined;
    return name === undefined ? undefined : join(runs, name);
  };
  const onceIn = (log: RegExp): Promise<string> => {
    const look = (): string | null => {
      const run = existsSync(out) ? going() : undefined;
      if (run === undefined) return null;
      const path = join(run, 'logs', 'runner.log');
      return existsSync(path) && log.test(readFileSync(path, 'utf8')) ? run : null;
    };
    return until(() => Promise.resolve(look()), { timeoutMs: 90_000, what: `${String(log)} in a run` });
  };
  return { ended, folder, running: () => onceIn(/begins/), inForce: () => onceIn(/in force, proven/) };
}

function verdictsElsewhere(): (string | undefined)[] {
  const base = join(bench.temp, ELSEWHERE);
  const holds = readdirSync(base).find((name) => existsSync(join(base, name, 'matrix.json'))) ?? 'none';
  const { runs } = read(join(base, holds), 'matrix.json') as { runs: { result?: { verdict: string } }[] };
  return runs.map(({ result }) => result?.verdict);
}

function read(folder: string, name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;
}
