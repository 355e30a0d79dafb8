import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { askVersion } from './ask-version.ts';
import { cachedPath, prepareCache, sweepWork, workFolder } from './cache.ts';
import type { Job } from './job.ts';
import { SourceError } from './source-error.ts';
import { isAlive, withLock, type LockHolder } from './lock.ts';
import { lookInCache } from './sources/cached.ts';
import { fromGo } from './sources/go.ts';
import { fromRelease } from './sources/release.ts';

export interface Obtained {
  path: string;
  source: 'cache' | 'release' | 'go';
}

/**
 * Puts one version into the cache, unless another run has done so in the meantime.
 *
 * @returns undefined when no source has it (`job.tried` then says why)
 * @throws ChaosError `aborted`, `unavailable` (the cache cannot be written), `failed` (wrong checksum)
 */
export async function obtain(job: Job, version: string): Promise<Obtained | undefined> {
  await prepareCache(job.cache);
  const lock = join(workFolder(job.cache), `${job.tool.name}-${version}.lock`);
  const onWait = ({ pid }: LockHolder): void => {
    const who = pid === process.pid ? 'another part of this run' : `process ${pid}`;
    job.progress(`waiting for ${who}, which is getting ${job.tool.name} ${version} as well`);
  };
  return withLock(lock, { signal: job.signal, onWait }, async () => {
    // Another run may have finished it just before this one took the lock.
    const { found } = await lookInCache(job, version);
    if (found) return { path: found.path, source: 'cache' };
    await sweepWork(job.cache, isAlive);
    return (await obtainFrom(job, version, 'release')) ?? (await obtainFrom(job, version, 'go'));
  });
}

const SOURCES = { release: fromRelease, go: fromGo };
const SOURCE_NAMES = { release: 'the official release', go: 'Go' };

async function obtainFrom(
  job: Job,
  version: string,
  source: keyof typeof SOURCES,
): Promise<Obtained | undefined> {
  const folder = temporaryFolder(job, version);
  await mkdir(folder);
  try {
    const binary = await SOURCES[source](job, version, folder);
    const answer = await askVersion(job.tool, binary, job.env, job.signal);
    if ('problem' in answer) throw new SourceError(`what came as ${basename(binary)} ${answer.problem}`);
    if (answer.version !== version) throw new SourceError(`${basename(binary)} says ${answer.version}`);
    const path = cachedPath(job.cache, job.tool, version);
    await rename(binary, path);
    return { path, source };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    job.tried.push(`${SOURCE_NAMES[source]}: ${error.message}`);
    job.progress(`${job.tool.name} ${version} not from ${SOURCE_NAMES[source]}: ${error.message}`);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function temporaryFolder(job: Job, version: string): string {
  const mark = `${process.pid}.${randomBytes(4).toString('hex')}`;
  return join(workFolder(job.cache), `${job.tool.name}-${version}.${mark}`);
}
