import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeLock } from '../../../src/cli/suite/lock.ts';
import { processStart } from '../../../src/support/process-start.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-lock-'));
  path = join(folder, 'deep', 'nightly.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const left = (over: Record<string, unknown>): void => {
  const since = '2026-11-26T03:00:00.000Z';
  writeFileSync(path, JSON.stringify({ token: 't', pid: process.pid, host: hostname(), since, ...over }));
};

it('is held by one, and free again once it is let go', async () => {
  const release = await takeLock(path, 'the nightly');
  await expect(takeLock(path, 'the nightly')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      `^the nightly is going on already: process ${process.pid}, since `,
    ) as string,
  });
  release();
  expect(readdirSync(join(folder, 'deep'))).toEqual([]);
  (await takeLock(path, 'the nightly'))();
});

it('is taken over from a process that has ended, and from one whose id another process has got since', async () => {
  (await takeLock(path, 'x'))();
  const child = spawn(process.execPath, ['-e', '']);
  const started = processStart(child.pid!);
  await new Promise((done) => child.once('exit', done));
  left({ pid: child.pid, started });
  (await takeLock(path, 'x'))();
  left({ started: 'another boot 17' });
  (await takeLock(path, 'x'))();
  writeFileSync(path, 'torn');
  (await takeLock(path, 'x'))();
  expect(existsSync(path)).toBe(false);
});

it('is left to a process of another machine, until that has not touched it for five minutes', async () => {
  (await takeLock(path, 'x'))();
  left({ host: 'elsewhere', started: 'unknown' });
  await expect(takeLock(path, 'x')).rejects.toMatchObject({
    message: expect.stringContaining('on elsewhere') as string,
    hint: expect.stringContaining(`once ${path} is removed`) as string,
  });
  const then = new Date(Date.now() - 301_000);
  utimesSync(path, then, then);
  (await takeLock(path, 'x'))();
});

it('has one holder, however many take it over at once', async () => {
  (await takeLock(path, 'x'))();
  left({ started: 'another boot 17' });
  const all = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path, 'x')));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
