import { spawn } from 'node:child_process';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { breakLock, withLock } from '../../../src/drivers/binaries/lock.ts';
import { until } from '../../../src/support/deadline.ts';
import { newWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => (world = await newWorld()));
afterEach(() => world.dispose());

const lockFile = (): string => join(world.cache, 'work', 'nats-server-9.9.9.lock');
async function heldBy(pid: number, host = hostname()): Promise<void> {
  await mkdir(join(world.cache, 'work'), { recursive: true });
  await writeFile(lockFile(), JSON.stringify({ pid, host, token: 'theirs' }));
}
/** The pid of a process that was there and is gone. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('close', resolve));
  return child.pid!;
}

test('many resolves of one version at once download it once', async () => {
  const { archive } = await world.releases.putNats('9.9.9');
  const results = await Promise.all(Array.from({ length: 6 }, () => world.resolve('nats-server', '9.9.9')));
  expect(world.releases.asked.filter((path) => path === archive)).toHaveLength(1);
  expect(results.map(({ source }) => source).sort()).toEqual([
    'cache',
    'cache',
    'cache',
    'cache',
    'cache',
    'release',
  ]);
  expect(new Set(results.map(({ path }) => path)).size).toBe(1);
  expect(
    world.progressLines.filter((text) => text.startsWith('waiting for another part of this run')),
  ).toHaveLength(5);
  expect(await world.inWork()).toEqual([]);
});

test('the lock of a living process is waited for, which is said, until it dies', async () => {
  await world.releases.putNats('9.9.9');
  const other = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    await heldBy(other.pid!);
    let done = false;
    const resolving = world.resolve('nats-server', '9.9.9').then((result) => ((done = true), result));
    await until(() => Promise.resolve(world.progressLines.length > 0), {
      timeoutMs: 2000,
      what: 'a word of waiting',
    });
    expect(world.progressLines).toEqual([
      `waiting for process ${other.pid}, which is getting nats-server 9.9.9 as well`,
    ]);
    await delay(300);
    expect(done).toBe(false);
    other.kill('SIGKILL');
    expect(await resolving).toMatchObject({ source: 'release' });
  } finally {
    other.kill('SIGKILL');
  }
  expect(await world.inWork()).toEqual([]);
});

test('the lock of a dead process is broken, and what it left is swept away', async () => {
  await world.releases.putNats('9.9.9');
  const pid = await deadPid();
  await heldBy(pid);
  await mkdir(join(world.cache, 'work', `nats-server-9.9.9.${pid}.0badcafe`));
  expect(await world.resolve('nats-server', '9.9.9')).toMatchObject({ source: 'release' });
  expect(await world.inWork()).toEqual([]);
});

test('the lock of another machine is broken only when nobody has touched it for long', async () => {
  await world.releases.putNats('9.9.9');
  await heldBy(await deadPid(), 'another-machine');
  await expect(world.resolve('nats-server', '9.9.9', AbortSignal.timeout(500))).rejects.toMatchObject({
    code: 'aborted',
  });
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lockFile(), longAgo, longAgo);
  expect(await world.resolve('nats-server', '9.9.9')).toMatchObject({ source: 'release' });
});

test('a stale lock that many find at once lets one in at a time', async () => {
  const pid = await deadPid();
  await mkdir(join(world.cache, 'work'), { recursive: true });
  /** How many were inside at the same time, at most. */
  const crowd = async (round: number): Promise<number> => {
    const path = join(world.cache, 'work', `round-${round}.lock`);
    await writeFile(path, JSON.stringify({ pid, host: hostname(), token: 'theirs' }));
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await delay(20);
      inside--;
    };
    await Promise.all([0, 1, 2, 3].map(() => withLock(path, { onWait: () => undefined }, work)));
    return most;
  };
  // Many rounds, side by side, since it takes luck that a slow breaker meets a fast one.
  expect(new Set(await Promise.all(Array.from({ length: 60 }, (_, round) => crowd(round))))).toEqual(
    new Set([1]),
  );
  expect(await world.inWork()).toEqual([]);
});

test('a run that is slow to break a stale lock leaves alone the fresh one that a fast run has made', async () => {
  await heldBy(process.pid);
  const stale = { pid: await deadPid(), host: hostname(), token: 'an older one' };
  await breakLock(lockFile(), stale);
  expect(await world.inWork()).toEqual(['nats-server-9.9.9.lock']);
  await breakLock(lockFile(), { ...stale, token: 'theirs' });
  expect(await world.inWork()).toEqual([]);
});
