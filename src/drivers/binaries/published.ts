import { goVersions } from './sources/go.ts';
import type { Job } from './job.ts';
import { ChaosError } from '../../support/errors.ts';
import { SourceError } from './source-error.ts';
import { satisfies, type WantedBinary } from './request.ts';
import { highest, parseVersion } from '../../support/versions.ts';

/**
 * The newest published version that matches: from the list of releases, or else from the Go toolchain.
 *
 * @returns undefined when neither knows one (`job.tried` then says why)
 * @throws ChaosError `aborted`
 */
export async function newestPublished(job: Job, wanted: WantedBinary): Promise<string | undefined> {
  return (await fromReleaseList(job, wanted)) ?? (await fromGoList(job, wanted));
}

/**
 * Every version that is published: those of the list of releases, or else those that the Go toolchain knows.
 *
 * @throws ChaosError `unavailable` when neither can be had, `aborted`
 */
export async function allPublished(job: Job): Promise<string[]> {
  try {
    return await allReleases(job);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    job.tried.push(`list of releases: ${error.message}`);
  }
  try {
    return await goVersions(job);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    job.tried.push(`list of Go versions: ${error.message}`);
  }
  throw new ChaosError(
    'unavailable',
    `the releases of ${job.tool.name} cannot be listed: ${job.tried.join('; ')}`,
  );
}

async function allReleases(job: Job): Promise<string[]> {
  const all: string[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { versions, count } = await releaseTags(job, page);
    all.push(...versions);
    if (count < PAGE) break;
  }
  return all;
}

const PAGE = 100;
const MAX_PAGES = 10;

async function fromReleaseList(job: Job, wanted: WantedBinary): Promise<string | undefined> {
  try {
    for (let page = 1; page <= MAX_PAGES; page++) {
      const tags = await releaseTags(job, page);
      // Releases are listed newest first, so the first page with a release of the series has its newest one.
      const version = highest(tags.versions.filter((v) => satisfies(v, wanted)));
      if (version !== undefined) return version;
      if (tags.count < PAGE) break;
    }
    job.tried.push('list of releases: none will do');
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    job.tried.push(`list of releases: ${error.message}`);
  }
  return undefined;
}

async function releaseTags(job: Job, page: number): Promise<{ versions: string[]; count: number }> {
  const { list, listVariable } = job.tool.release;
  const url = `${job.env[listVariable] ?? list}?per_page=${PAGE}&page=${page}`;
  const response = await job.network.request(url, { signal: job.signal });
  if (!response.ok) {
    await response.body?.cancel();
    throw new SourceError(`${url} answers ${response.status}`);
  }
  const releases = await response.json().catch(() => undefined);
  if (!Array.isArray(releases)) throw new SourceError(`${url} answers no list`);
  const versions = (releases as Partial<Release>[])
    .filter((release) => release.draft !== true && release.prerelease !== true)
    .map((release) => parseVersion(release.tag_name ?? ''))
    .filter((version) => version !== undefined);
  return { versions, count: releases.length };
}

interface Release {
  tag_name: string;
  draft: boolean;
  prerelease: boolean;
}

async function fromGoList(job: Job, wanted: WantedBinary): Promise<string | undefined> {
  try {
    const version = highest((await goVersions(job)).filter((v) => satisfies(v, wanted)));
    if (version === undefined) job.tried.push('list of Go versions: none will do');
    return version;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    job.tried.push(`list of Go versions: ${error.message}`);
    return undefined;
  }
}
