import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { askVersion } from './ask-version.ts';
import { cachedPath, prepareCache, sweepWork, workFolder } from './cache.ts';
import type { Job } from './job.ts';
import { SourceError } from './source-error.ts';
import { isAlive, withLock, type LockHolder } from './lock.ts';
import { lookInCache } from './sources/cached.ts';
import { ASSERTIONS } from '../../support/versions.ts';
import { fromGo, fromGoWithAssertions } from './sources/go.ts';
import { fromRelease } from './sources/release.ts';

export interface Obtained {
  path: string;
  source: 'cache' | 'release' | 'go';
}

/** Where a binary may come from, and how its file in the cache is told from others of its version. */
interface Build {
  suffix: string;
  sources: readonly (keyof typeof SOURCES)[];
}

const RELEASED: Build = { suffix: '', sources: ['release', 'go'] };
/** No release is built like that. */
const WITH_ASSERTIONS: Build = { suffix: ASSERTIONS, sources: ['assertions'] };

/**
 * Puts one version into the cache, unless another run has done so in the meantime.
 *
 * @param assertions with the server's own assertions, which releases leave out
 *
 * @returns undefined when no source has it (`job.tried` then says why)
 * @throws ChaosError `aborted`, `unavailable` (the cache cannot be written), `failed` (wrong checksum)
 */
export async function obtain(job: Job, version: string, assertions = false): Promise<Obtained | undefined> {
  const { suffix, sources } = assertions ? WITH_ASSERTIONS : RELEASED;
  await prepareCache(job.cache);
  const lock = join(workFolder(job.cache), `${job.tool.name}-${version}${suffix}.lock`);
  const onWait = ({ pid }: LockHolder): void => {
    const who = pid === process.pid ? 'another part of this run' : `process ${pid}`;
    job.progress(`waiting for ${who}, which is getting ${job.tool.name} ${version} as well`);
  };
  return withLock(lock, { signal: job.signal, onWait }, async () => {
    // Another run may have finished it just before this one took the lock.
    const { found } = await lookInCache(job, version, suffix);
    if (found) return { path: found.path, source: 'cache' };
    await sweepWork(job.cache, isAlive);
    for (const source of sources) {
      const obtained = await obtainFrom(job, version, source, suffix);
      if (obtained !== undefined) return obtained;
    }
    return undefined;
  });
}

const SOURCES = { release: fromRelease, go: fromGo, assertions: fromGoWithAssertions };
const SOURCE_NAMES = { release: 'the official release', go: 'Go', assertions: 'Go, with assertions' };

async function obtainFrom(
  job: Job,
  version: string,
  source: keyof typeof SOURCES,
  suffix: string,
): Promise<Obtained | undefined> {
  const folder = temporaryFolder(job, version);
  await mkdir(folder);
  try {
    const binary = await SOURCES[source](job, version, folder);
    const answer = await askVersion(job.tool, binary, job.env, job.signal);
    if ('problem' in answer) throw new SourceError(`what came as ${basename(binary)} ${answer.problem}`);
    if (answer.version !== version) throw new SourceError(`${basename(binary)} says ${answer.version}`);
    const path = cachedPath(job.cache, job.tool, version, suffix);
    await rename(binary, path);
    return { path, source: source === 'release' ? 'release' : 'go' };
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
