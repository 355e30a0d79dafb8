import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { sleep } from '../../support/deadline.ts';

export interface LockOptions {
  signal?: AbortSignal | undefined;
  /** Called once when another holds the lock. */
  onWait(holder: Holder): void;
}

export interface Holder {
  pid: number;
  host: string;
  token: string;
}

/**
 * Runs `work` while holding the lock file `path`, so that two runs do not fetch the same thing twice. A lock whose
 * process is dead, or that nobody has touched for half a minute, is broken.
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

/** Whether a process of this machine is there. */
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
  const holder: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  let told = false;
  for (;;) {
    if (await create(path, holder)) return holder.token;
    const other = await readHolder(path);
    if (await isStale(path, other)) {
      await breakLock(path, other);
      await sleep(BREAK_POLL_MS, options.signal);
      continue;
    }
    if (other && !told) {
      told = true;
      options.onWait(other);
    }
    await sleep(POLL_MS, options.signal);
  }
}

/** Written aside and linked into place, so that a lock file always has its holder in it. */
async function create(path: string, holder: Holder): Promise<boolean> {
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

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

async function isStale(path: string, holder: Holder | undefined): Promise<boolean> {
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  const touched = await stat(path).catch(() => undefined);
  return touched !== undefined && Date.now() - touched.mtimeMs > STALE_MS;
}

/**
 * Takes away a lock that was `judged` stale. One run at a time may do so, and looks again first: else a slow one
 * would take away the fresh lock of a fast one.
 */
export async function breakLock(path: string, judged: Holder | undefined): Promise<void> {
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
