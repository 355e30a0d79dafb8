import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { breakLock } from '../../drivers/binaries/lock.ts';
import { ChaosError } from '../../support/errors.ts';
import { processStart } from '../../support/process-start.ts';

interface Holder {
  token: string;
  pid: number;
  /** When that process began: a process id alone is given to others later. */
  started: string;
  host: string;
  /** ISO 8601. */
  since: string;
}

const ATTEMPTS = 50;

/**
 * Takes a lock file, or says who has it; that of a dead process is taken over.
 *
 * @param what the lock is for, in words: `a nightly of reports/nights`
 * @returns lets it go
 * @throws ChaosError `unavailable` when a living process has it
 */
export async function takeLock(path: string, what: string): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  const mine: Holder = {
    token: randomUUID(),
    pid: process.pid,
    started: processStart(process.pid) ?? 'unknown',
    host: hostname(),
    since: new Date().toISOString(),
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (create(path, mine)) return () => release(path, mine);
    const other = holderOf(path);
    if (other !== undefined && isLiving(other)) throw busy(path, what, other);
    await breakLock(path, other);
  }
  throw new ChaosError('unavailable', `${path} can be neither taken nor taken over: ${what} does not start`);
}

function isLiving({ host, pid, started }: Holder): boolean {
  // Of a process on another machine nothing can be told: it may well be there.
  return host !== hostname() || processStart(pid) === started;
}

function busy(path: string, what: string, { pid, host, since }: Holder): ChaosError {
  const where = host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
  return new ChaosError('unavailable', `${what} is going on already: ${where}, since ${since}`, {
    hint:
      host === hostname()
        ? 'this one does not start; wait for that one, or interrupt it'
        : `if that machine is gone, remove ${path}`,
  });
}

/** Written aside and linked into place, so that a lock file always has its holder in it. */
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

function release(path: string, mine: Holder): void {
  if (holderOf(path)?.token === mine.token) rmSync(path, { force: true });
}
