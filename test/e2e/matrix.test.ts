import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Matrix } from '../../src/matrix/matrix.ts';
import { until } from '../../src/support/deadline.ts';
import { smallEnvironment, smallExperiment, soonAgain, Workbench } from './harness.ts';

let bench: Workbench;
let files: string[];
const running: ChildProcess[] = [];

beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment(soonAgain)).file);
  files = [
    bench.experiment(smallExperiment({ name: 'short' })),
    bench.experiment(
      smallExperiment({
        name: 'long',
        workloads: {
          publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
          worker: { kind: 'consume', consumer: 'c/s/worker' },
        },
        method: [
          { phase: 'down', faults: [{ kind: 'pause', nodes: 'c/s@follower' }], for: '4s' },
          { phase: 'back', until: 'steady', within: '30s' },
        ],
      }),
    ),
  ];
});
afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGTERM');
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

/** `chaos matrix`, and what it has said so far. */
function matrix(...args: string[]): {
  child: ChildProcess;
  said: () => string;
  ends: Promise<number | null>;
} {
  const out = join(bench.folder, 'matrices');
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), 'matrix', '--out', out, ...args], {
    env: { ...process.env, TMPDIR: bench.temp, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  const ends = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  return { child, said: () => said, ends };
}

function theMatrix(): { folder: string; state: Matrix } {
  const [name] = readdirSync(join(bench.folder, 'matrices'));
  const folder = join(bench.folder, 'matrices', name!);
  return { folder, state: JSON.parse(readFileSync(join(folder, 'matrix.json'), 'utf8')) as Matrix };
}

/** Waits until a fault of the experiment `long` is in force. @returns the folder of its run */
function faultOf({ child, said }: ReturnType<typeof matrix>): Promise<string> {
  const look = (): string | null => {
    if (child.exitCode !== null) throw new Error(`it ended:\n${said()}`);
    const runs = join(theMatrix().folder, 'runs');
    const going = readdirSync(runs).find((one) => /^\.running-.*-long-/.test(one));
    if (going === undefined) return null;
    const log = readFileSync(join(runs, going, 'logs', 'runner.log'), 'utf8');
    return log.includes('in force') ? join(runs, going) : null;
  };
  return until(() => Promise.resolve(look()), { timeoutMs: 90_000, what: 'the fault' });
}

it('undoes what it interrupts, keeps what it has, and goes on where it was', async () => {
  const nats = process.env.CHAOS_TEST_NATS ?? '2.12';
  const forms = { junit: join(bench.folder, 'junit.xml'), markdown: join(bench.folder, 'summary.md') };
  const written = ['--junit', forms.junit, '--markdown', forms.markdown];
  const first = matrix(...files, '--nats', nats, '--jobs', '1', '--seed', '5', ...written);
  await faultOf(first);
  first.child.kill('SIGINT');
  expect(await first.ends, first.said()).toBe(130);
  expect(first.said()).toMatch(/✔ pass/);
  expect(first.said()).toMatch(/– not run/);
  const before = theMatrix().state;
  expect(before).toMatchObject({ interrupted: 'SIGINT', stopped: 'interrupted by SIGINT' });
  expect(before.runs.map(({ result }) => result?.verdict)).toEqual(['pass', undefined]);
  expect(readFileSync(forms.junit, 'utf8')).toMatch(/<error type="interrupted".*[^]*<error type="not-run"/);
  expect(await bench.leftovers()).toEqual([]);

  const second = matrix('--resume', '--json', ...written);
  expect(await second.ends, second.said()).toBe(0);
  expect(readFileSync(forms.junit, 'utf8')).toContain('tests="3" failures="0" errors="0" skipped="0"');
  expect(readFileSync(forms.markdown, 'utf8')).toMatch(
    /^## ✔ PASS: matrix of 2 experiments × 1 version × 1 repeat\n/,
  );
  const { folder, state } = theMatrix();
  expect(state.runs.map(({ result }) => result?.verdict)).toEqual(['pass', 'pass']);
  expect(state.runs[0]).toEqual(before.runs[0]);
  expect(state).not.toHaveProperty('interrupted');
  const page = readFileSync(join(folder, 'matrix.html'), 'utf8');
  for (const { result } of state.runs) {
    expect(page).toContain(`href="${result!.folder!}/report.html"`);
    expect(existsSync(join(folder, result!.folder!, 'report.html'))).toBe(true);
  }
  const third = matrix('--resume');
  expect(await third.ends).toBe(64);
  expect(third.said()).toContain('of which runs are missing');
});

it('ends a run that takes too long, undone, and goes on with the next', async () => {
  const nats = process.env.CHAOS_TEST_NATS ?? '2.12';
  const one = matrix(
    files[1]!,
    '--nats',
    nats,
    '--repeat',
    '2',
    '--jobs',
    '1',
    '--run-timeout',
    '4s',
    '--max-failures',
    '1',
  );
  expect(await one.ends, one.said()).toBe(3);
  const { runs, stopped } = theMatrix().state;
  expect(runs[0]!.result).toMatchObject({
    verdict: 'error',
    headline: 'not done within 4 s; everything was undone',
    folder: expect.stringMatching(/^runs\/.*-long-/) as string,
  });
  expect(runs[1]!.result).toBeUndefined();
  expect(stopped).toBe('--max-failures 1: 1 did not pass');
});

it('counts a run that is killed as an error, with nothing of it left', async () => {
  const nats = process.env.CHAOS_TEST_NATS ?? '2.12';
  const one = matrix(files[1]!, '--nats', nats);
  const folder = await faultOf(one);
  const { pid } = JSON.parse(readFileSync(join(folder, 'runner.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  expect(await one.ends, one.said()).toBe(3);
  expect(theMatrix().state.runs[0]!.result).toMatchObject({
    verdict: 'error',
    headline: expect.stringMatching(/^ended without a report \(SIGKILL\)/) as string,
  });
  expect(await bench.leftovers()).toEqual([]);
});
