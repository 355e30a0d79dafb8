import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { sleep } from '../../support/deadline.ts';

export interface LockOptions {
  signal?: AbortSignal | undefined;
  /** Called once when another process holds the lock. */
  onWait(holder: LockHolder): void;
}

export interface LockHolder {
  pid: number;
  host: string;
  token: string;
}

/**
 * Runs `work` while holding the lock file `path`, so that two runs do not fetch the same thing twice. A lock is broken
 * when its process is dead, or when it was not renewed for half a minute.
 *
 * @throws ChaosError `aborted` while waiting, and whatever `work` throws
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const token = await acquire(path, options);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, BEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await readHolder(path))?.token === token) await rm(path, { force: true });
  }
}

/** Whether a process of this machine exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const BEAT_MS = 2000;
const STALE_MS = 30_000;
const POLL_MS = 100;
const BREAK_POLL_MS = 5;

async function acquire(path: string, options: LockOptions): Promise<string> {
  const holder: LockHolder = { pid: process.pid, host: hostname(), token: randomUUID() };
  let isReported = false;
  for (;;) {
    if (await create(path, holder)) return holder.token;
    const other = await readHolder(path);
    if (await isStale(path, other)) {
      await breakLock(path, other);
      await sleep(BREAK_POLL_MS, options.signal);
      continue;
    }
    if (other && !isReported) {
      isReported = true;
      options.onWait(other);
    }
    await sleep(POLL_MS, options.signal);
  }
}

/** Written to another file and linked into place, so that a lock file always names its holder. */
async function create(path: string, holder: LockHolder): Promise<boolean> {
  const draft = `${path}.${holder.token}`;
  await writeFile(draft, JSON.stringify(holder));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LockHolder;
  } catch {
    return undefined;
  }
}

async function isStale(path: string, holder: LockHolder | undefined): Promise<boolean> {
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  const touched = await stat(path).catch(() => undefined);
  return touched !== undefined && Date.now() - touched.mtimeMs > STALE_MS;
}

/**
 * Removes a lock that was `judged` stale. One run at a time may do so, and checks the lock again first: otherwise a
 * slow run would remove the new lock of a fast one.
 */
export async function breakLock(path: string, judged: LockHolder | undefined): Promise<void> {
  const guard = `${path}.breaking`;
  try {
    await writeFile(guard, '', { flag: 'wx' });
  } catch {
    await removeAbandoned(guard);
    return;
  }
  try {
    if ((await readHolder(path))?.token === judged?.token) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function removeAbandoned(guard: string): Promise<void> {
  const made = await stat(guard).catch(() => undefined);
  if (made !== undefined && Date.now() - made.mtimeMs > STALE_MS) await rm(guard, { force: true });
}
