import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { breakLock } from '../../drivers/binaries/lock.ts';
import { ChaosError } from '../../support/errors.ts';
import { makeFolder } from '../../support/make-folder.ts';
import { processStart } from '../../support/process-start.ts';

interface Holder {
  token: string;
  pid: number;
  /** When that process began: the system reuses process ids. */
  started: string;
  host: string;
  /** ISO 8601. */
  since: string;
}

const ATTEMPTS = 50;
/** The holder touches the lock regularly, for other machines, which cannot check its process. */
const BEAT_MS = 20_000;
const SILENT_MS = 300_000;

/**
 * Takes a lock file, or says who holds it. The lock of a dead process is taken over; so is the lock of another machine,
 * such as a removed container, when it has not been touched for five minutes.
 *
 * @param what the lock is for, in words: `a nightly of reports/nights`
 * @returns releases the lock
 * @throws ChaosError `unavailable` when a living process holds it
 */
export async function takeLock(path: string, what: string): Promise<() => void> {
  makeFolder(dirname(path));
  const mine: Holder = {
    token: randomUUID(),
    pid: process.pid,
    started: processStart(process.pid) ?? 'unknown',
    host: hostname(),
    since: new Date().toISOString(),
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (create(path, mine)) return held(path, mine);
    const other = holderOf(path);
    if (other !== undefined && isLiving(path, other)) throw busy(path, what, other);
    await breakLock(path, other);
  }
  throw new ChaosError('unavailable', `${path} can be neither taken nor taken over: ${what} does not start`);
}

/** @returns releases the lock */
function held(path: string, mine: Holder): () => void {
  const heartbeat = setInterval(() => {
    try {
      const now = new Date();
      if (holderOf(path)?.token === mine.token) utimesSync(path, now, now);
    } catch {
      // A missed touch does no harm: the lock expires only after fifteen.
    }
  }, BEAT_MS);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    if (holderOf(path)?.token === mine.token) rmSync(path, { force: true });
  };
}

function isLiving(path: string, { host, pid, started }: Holder): boolean {
  if (host === hostname()) return processStart(pid) === started;
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - touched < SILENT_MS;
}

function busy(path: string, what: string, { pid, host, since }: Holder): ChaosError {
  const where = host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
  return new ChaosError('unavailable', `${what} is going on already: ${where}, since ${since}`, {
    hint:
      host === hostname()
        ? 'this one does not start; wait for that one, or interrupt it'
        : `if that machine no longer exists, it is free five minutes after that, or once ${path} is removed`,
  });
}

/** Written to another file and linked into place, so that a lock file always contains its holder. */
function create(path: string, holder: Holder): boolean {
  const draft = `${path}.${holder.token}`;
  writeFileSync(draft, JSON.stringify(holder));
  try {
    linkSync(draft, path);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  } finally {
    rmSync(draft, { force: true });
  }
}

function holderOf(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}
