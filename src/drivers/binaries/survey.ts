import { askVersion } from './ask-version.ts';
import { cachedVersions } from './cache.ts';
import type { Job } from './job.ts';
import {
  describeRequest,
  parseRequest,
  satisfies,
  type BinaryRequest,
  type WantedBinary,
} from './request.ts';
import { newJob, type BinaryContext, type ResolvedBinary } from './resolve.ts';
import { SourceError } from './source-error.ts';
import { fromCache } from './sources/cached.ts';
import { askGoFor, goVersion, goVersions } from './sources/go.ts';
import { candidatesOnPath, fromPath } from './sources/path.ts';
import { releaseUrl } from './sources/release.ts';
import { thisPlatform } from './tools.ts';

/** Where one binary could come from. The survey fetches nothing. */
export interface BinarySurvey {
  /** The request in words: `nats-server 2.12.x`. */
  wanted: string;
  /** The installed binary that matches; for `latest`, the newest installed one. */
  installed: ResolvedBinary | undefined;
  /** Why the binary that the user names cannot be used. */
  namedProblem: string | undefined;
  /** With the `version`, or the `problem` of the file. */
  onPath: { path: string; version?: string; problem?: string }[];
  /** Newest first. */
  cached: string[];
  cache: string;
  release: SourceState;
  go: SourceState & { version: string | undefined };
}

interface SourceState {
  usable: boolean;
  /** What the source has, or why it cannot be used. */
  detail: string;
}

/**
 * Surveys every source of a binary. Downloads and builds nothing: requests only headers from the releases, and the list
 * of versions from Go.
 *
 * @throws ChaosError `invalid` (the request) or `aborted`
 */
export async function surveyBinary(request: BinaryRequest, ctx: BinaryContext): Promise<BinarySurvey> {
  const job = newJob(request.tool, ctx);
  const wanted = parseRequest(job.tool, request.wanted, job.env);
  const [here, onPath, cached, release, go] = await Promise.all([
    lookHere(job, wanted),
    candidatesOnPath(job),
    cachedVersions(job.cache, job.tool),
    releaseState(job, wanted),
    goState(job, wanted),
  ]);
  return {
    wanted: describeRequest(job.tool, wanted),
    installed: here.installed,
    namedProblem: here.problem,
    onPath: onPath.map(({ path, answer }) => ({ path, ...answer })),
    cached,
    cache: job.cache,
    release,
    go,
  };
}

async function lookHere(
  job: Job,
  wanted: WantedBinary,
): Promise<{ installed: ResolvedBinary | undefined; problem: string | undefined }> {
  const tool = job.tool.name;
  if (wanted.kind === 'path') {
    const answer = await askVersion(job.tool, wanted.path, job.env, job.signal);
    if ('problem' in answer) return { installed: undefined, problem: `${wanted.path} ${answer.problem}` };
    const { version } = answer;
    return { installed: { tool, version, path: wanted.path, source: 'path' }, problem: undefined };
  }
  const onPath = await fromPath(job, wanted);
  if (onPath) return { installed: { tool, ...onPath, source: 'PATH' }, problem: undefined };
  const cached = await fromCache(job, wanted);
  return { installed: cached && { tool, ...cached, source: 'cache' }, problem: undefined };
}

async function releaseState(job: Job, wanted: WantedBinary): Promise<SourceState> {
  const url = releaseProbe(job, wanted);
  try {
    const { status, ok } = await job.network.request(url, { method: 'HEAD', signal: job.signal });
    // Without a version there is no file to request, so any answer shows that the site can be reached.
    const usable = ok || (versionOf(wanted) === undefined && status < 500);
    return { usable, detail: usable ? `${new URL(url).host} can be reached` : `${url} answers ${status}` };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { usable: false, detail: error.message };
  }
}

function releaseProbe(job: Job, wanted: WantedBinary): string {
  const version = versionOf(wanted);
  if (version !== undefined) return releaseUrl(job, version, job.tool.release.file(version, thisPlatform()));
  return job.env[job.tool.release.baseVariable] ?? job.tool.release.base;
}

function versionOf(wanted: WantedBinary): string | undefined {
  if (wanted.kind === 'exact') return wanted.version;
  return wanted.kind === 'at-least' ? wanted.fetched : undefined;
}

async function goState(job: Job, wanted: WantedBinary): Promise<BinarySurvey['go']> {
  const version = await goVersion(job);
  if (version === undefined) return { usable: false, version, detail: 'no go on PATH' };
  try {
    const exact = versionOf(wanted);
    if (exact !== undefined) await askGoFor(job, exact);
    else if (!(await goVersions(job)).some((one) => satisfies(one, wanted))) {
      throw new SourceError(`no version of ${job.tool.go.module} will do`);
    }
    return { usable: true, version, detail: `Go ${version} can build them` };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { usable: false, version, detail: `Go ${version} cannot build it: ${error.message}` };
  }
}
