import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../src/support/deadline.ts';
import { run } from '../../src/support/exec.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'exec-'))));
afterEach(() => rm(folder, { recursive: true }));

const node = (code: string, ...args: string[]): [string, string[]] => [
  process.execPath,
  ['-e', code, '--', ...args],
];

test('a command gives its exit code, and each stream for itself', async () => {
  const result = await run(...node('console.log("out"); console.error("err"); process.exitCode = 3'));
  expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('a command reads what it is given, and nothing otherwise', async () => {
  const echo = node('process.stdin.pipe(process.stdout)');
  expect(await run(...echo, { input: 'two\nlines\n' })).toMatchObject({ stdout: 'two\nlines\n' });
  expect(await run(...echo)).toMatchObject({ exitCode: 0, stdout: '' });
  expect(await run(...node(''), { input: 'x'.repeat(1_000_000) })).toMatchObject({ exitCode: 0 });
});

test('a command that a signal ends gives 128 and its number', async () => {
  expect(await run(...node('process.kill(process.pid, "SIGKILL")'))).toMatchObject({ exitCode: 137 });
});

test('arguments reach the command as they are, past any shell', async () => {
  const args = ['$HOME', '`id`', '; exit 9', '*', "'", ''];
  const { stdout } = await run(...node('console.log(JSON.stringify(process.argv.slice(1)))', ...args));
  expect(JSON.parse(stdout)).toEqual(args);
});

test('folder and environment are the command’s whole world', async () => {
  const { stdout } = await run(process.execPath, ['-p', 'JSON.stringify([process.cwd(), process.env])'], {
    cwd: folder,
    env: { ONLY: 'this' },
  });
  const [cwd, env] = JSON.parse(stdout) as [string, NodeJS.ProcessEnv];
  expect(cwd).toBe(folder);
  expect(env['ONLY']).toBe('this');
  expect(env['PATH']).toBeUndefined();
});

test('lines of both streams are handed over as they come', async () => {
  const lines: string[] = [];
  await run(...node('console.log("a\\nb"); console.error("c"); process.stdout.write("d")'), {
    onLine: (line) => lines.push(line),
  });
  expect(lines.sort()).toEqual(['a', 'b', 'c', 'd']);
});

test('a command that is not there is an error in words', async () => {
  await expect(run('no-such-command', ['--now'], { env: { PATH: tmpdir() } })).rejects.toMatchObject({
    code: 'unavailable',
    message: 'no-such-command --now: cannot be started: no such command',
  });
});

test('a command that takes too long is ended', async () => {
  const startedAt = performance.now();
  await expect(run('sleep', ['30'], { timeoutMs: 100 })).rejects.toMatchObject({
    code: 'timeout',
    message: 'sleep 30: not done within 100 ms',
  });
  expect(performance.now() - startedAt).toBeLessThan(1500);
});

test('an abort ends a command that does not listen to SIGTERM, and what it has started', async () => {
  const pids = join(folder, 'pids');
  const script = `trap '' TERM; sleep 60 & echo "$$ $!" > ${pids}; while :; do sleep 1; done`;
  const abort = new AbortController();
  const running = run('sh', ['-c', script], { signal: abort.signal });
  running.catch(() => undefined);
  const started = await until(
    async () => /^(\d+) (\d+)\n$/.exec(await readFile(pids, 'utf8').catch(() => ''))?.slice(1),
    { timeoutMs: 3000, what: 'the command' },
  );
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'aborted' });
  await until(
    async () => (await run('ps', ['-o', 'pid=,stat=', '-p', started.join(',')])).stdout.trim() === '',
    {
      timeoutMs: 3000,
      what: `the end of ${started.join(' and ')}`,
    },
  );
});

test('a signal that has fired already starts nothing', async () => {
  await expect(run('no-such-command', [], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'aborted',
  });
});
