import { askVersion } from '../ask-version.ts';
import { cachedPath, cachedVersions } from '../cache.ts';
import type { FoundBinary, Job } from '../job.ts';
import { satisfies, type WantedBinary } from '../request.ts';

/** The newest binary in the cache that matches and still runs. */
export async function fromCache(job: Job, wanted: WantedBinary): Promise<FoundBinary | undefined> {
  const broken: string[] = [];
  for (const version of await cachedVersions(job.cache, job.tool)) {
    if (!satisfies(version, wanted)) continue;
    const { found, problem } = await lookInCache(job, version);
    if (found) return found;
    broken.push(problem);
  }
  job.tried.push(`cache: ${broken.length > 0 ? broken.join(', ') : `none that will do in ${job.cache}`}`);
  return undefined;
}

/**
 * One version in the cache, checked by asking it for its version: a file that does not run counts as missing.
 *
 * @param suffix of a build that differs from the released one
 */
export async function lookInCache(
  job: Job,
  version: string,
  suffix = '',
): Promise<{ found: FoundBinary; problem?: never } | { found?: never; problem: string }> {
  const path = cachedPath(job.cache, job.tool, version, suffix);
  const answer = await askVersion(job.tool, path, job.env, job.signal);
  if ('problem' in answer) return { problem: `${path} ${answer.problem}` };
  return answer.version === version
    ? { found: { path, version } }
    : { problem: `${path} is ${answer.version}` };
}
