import { resolve as absolutePath } from 'node:path';
import { ChaosError } from '../../support/errors.ts';
import { askVersion } from './ask-version.ts';
import { cacheFolder } from './cache.ts';
import type { Job } from './job.ts';
import { createNetwork } from './network.ts';
import { obtain } from './obtain.ts';
import { allPublished, newestPublished } from './published.ts';
import {
  describeRequest,
  parseRequest,
  satisfies,
  type BinaryRequest,
  type WantedBinary,
} from './request.ts';
import { fromCache, lookInCache } from './sources/cached.ts';
import { fromPath } from './sources/path.ts';
import { TOOLS, type ToolName } from './tools.ts';
import { ASSERTIONS, splitAssertions } from '../../support/versions.ts';

export interface ResolvedBinary {
  tool: ToolName;
  /** Without `v`: `2.12.3`. */
  version: string;
  /** Absolute. */
  path: string;
  source: BinarySource;
  /** The server's own assertions are compiled in. */
  assertions?: true;
}

/** `path`: named by the user; `PATH`: found on PATH. */
type BinarySource = 'path' | 'PATH' | 'cache' | 'release' | 'go';

export interface BinaryContext {
  /** Reports progress, one line for people. */
  progress(text: string): void;
  signal?: AbortSignal | undefined;
  /** Left out: the environment of this process. */
  env?: NodeJS.ProcessEnv;
}

/**
 * Finds or fetches a server binary: the path the user names, a matching one on PATH, the cache, the official release
 * checked against its published sums, the Go toolchain; in that order.
 *
 * @throws ChaosError `invalid` (the request), `unavailable` (with every source and why it failed), `failed` (a download
 *   with a wrong checksum: no other source is tried then) or `aborted`
 */
export async function resolveBinary(request: BinaryRequest, ctx: BinaryContext): Promise<ResolvedBinary> {
  const job = newJob(request.tool, ctx);
  const { version: plain, assertions } = splitAssertions(request.wanted ?? '');
  if (assertions) return withAssertions(job, plain);
  const wanted = parseRequest(job.tool, request.wanted, job.env);
  if (wanted.kind === 'path') return explicit(job, request, wanted);
  const newest = wanted.kind === 'latest' ? await newestPublished(job, wanted) : undefined;
  const target: WantedBinary = newest === undefined ? wanted : { kind: 'exact', version: newest };
  const installed = (await onPath(job, target)) ?? (await inCache(job, target));
  if (installed) {
    if (wanted.kind === 'latest' && newest === undefined) {
      job.progress(
        `the newest ${job.tool.name} cannot be learned (${job.tried[0]}): using ${installed.version}`,
      );
    }
    return installed;
  }
  const version = await versionToObtain(job, target);
  const obtained = version === undefined ? undefined : await obtain(job, version);
  if (version === undefined || !obtained) throw unavailable(job, wanted);
  return { tool: job.tool.name, version, ...obtained };
}

/**
 * What `resolveBinary` would find without fetching anything: the path that the user names, PATH, the cache.
 *
 * @returns undefined when nothing installed matches, and for `latest`, which only the publishers know
 * @throws ChaosError `invalid` (the request) or `unavailable` (the path that the user names)
 */
export async function installedBinary(
  request: BinaryRequest,
  ctx: BinaryContext,
): Promise<ResolvedBinary | undefined> {
  const job = newJob(request.tool, ctx);
  const { version: plain, assertions } = splitAssertions(request.wanted ?? '');
  if (assertions) return cachedWithAssertions(job, plain);
  const wanted = parseRequest(job.tool, request.wanted, job.env);
  if (wanted.kind === 'path') return explicit(job, request, wanted);
  if (wanted.kind === 'latest') return undefined;
  return (await onPath(job, wanted)) ?? (await inCache(job, wanted));
}

/** A server with its assertions compiled in: built once, because no release has them. @throws ChaosError */
async function withAssertions(job: Job, plain: string): Promise<ResolvedBinary> {
  const wanted = releaseWithAssertions(job, plain);
  if (job.env[job.tool.binaryVariable] !== undefined)
    job.progress(`${job.tool.binaryVariable} is not used: a server with assertions is built`);
  const version = wanted.kind === 'exact' ? wanted.version : await newestPublished(job, wanted);
  const obtained = version === undefined ? undefined : await obtain(job, version, true);
  if (version === undefined || obtained === undefined) throw unavailable(job, wanted, ASSERTIONS);
  return { tool: job.tool.name, version, ...obtained, assertions: true };
}

async function cachedWithAssertions(job: Job, plain: string): Promise<ResolvedBinary | undefined> {
  const wanted = releaseWithAssertions(job, plain);
  if (wanted.kind !== 'exact') return undefined;
  const { found } = await lookInCache(job, wanted.version, ASSERTIONS);
  return found && { tool: job.tool.name, ...found, source: 'cache', assertions: true };
}

/** @throws ChaosError `invalid` for the path of a binary, which is what it is */
function releaseWithAssertions(job: Job, plain: string): Exclude<WantedBinary, { kind: 'path' }> {
  const wanted = parseRequest(job.tool, plain, {});
  if (wanted.kind !== 'path' && job.tool.name === 'nats-server') return wanted;
  throw new ChaosError(
    'invalid',
    `${job.tool.name}: ${plain}${ASSERTIONS} is no version: only releases of nats-server can be built with assertions, such as 2.12.15${ASSERTIONS}`,
  );
}

/** What asks for exactly the binary that a word was resolved to: a version, or the word where it is a path. */
export function exactWord(word: string, { source, version, assertions }: ResolvedBinary): string {
  if (source === 'path') return word;
  return assertions === true ? `${version}${ASSERTIONS}` : version;
}

/** Every version of nats-server that is published, in no order. @throws ChaosError `unavailable`, `aborted` */
export function publishedVersions(ctx: BinaryContext): Promise<string[]> {
  return allPublished(newJob('nats-server', ctx));
}

/** The context of a resolve; also used by surveys. */
export function newJob(tool: ToolName, ctx: BinaryContext): Job {
  const env = ctx.env ?? process.env;
  return {
    tool: TOOLS[tool],
    env,
    cache: absolutePath(cacheFolder(env)),
    network: createNetwork(),
    signal: ctx.signal,
    progress: (text) => ctx.progress(text),
    tried: [],
  };
}

async function explicit(
  job: Job,
  request: BinaryRequest,
  wanted: Extract<WantedBinary, { kind: 'path' }>,
): Promise<ResolvedBinary> {
  const answer = await askVersion(job.tool, wanted.path, job.env, job.signal);
  if ('problem' in answer) {
    throw new ChaosError(
      'unavailable',
      `${describeRequest(job.tool, wanted)}: ${wanted.path} ${answer.problem}`,
      {
        hint: `name a ${job.tool.name} that runs here, or leave it to the program to get one`,
      },
    );
  }
  noteOverruled(job, request, answer.version);
  return { tool: job.tool.name, version: answer.version, path: wanted.path, source: 'path' };
}

/** The variable takes precedence, but the user is told when it overrides a requested version. */
function noteOverruled(job: Job, request: BinaryRequest, version: string): void {
  if (request.wanted === undefined) return;
  const asked = parseRequest(job.tool, request.wanted, {});
  if (asked.kind === 'path' || satisfies(version, asked)) return;
  job.progress(
    `${job.tool.binaryVariable} is ${version}, although ${describeRequest(job.tool, asked)} is asked for`,
  );
}

async function onPath(job: Job, wanted: WantedBinary): Promise<ResolvedBinary | undefined> {
  const found = await fromPath(job, wanted);
  return found && { tool: job.tool.name, ...found, source: 'PATH' };
}

async function inCache(job: Job, wanted: WantedBinary): Promise<ResolvedBinary | undefined> {
  const found = await fromCache(job, wanted);
  return found && { tool: job.tool.name, ...found, source: 'cache' };
}

async function versionToObtain(job: Job, wanted: WantedBinary): Promise<string | undefined> {
  if (wanted.kind === 'exact') return wanted.version;
  if (wanted.kind === 'at-least') return wanted.fetched;
  // For `latest`, a lookup that failed before the installed binaries were checked is not repeated.
  return wanted.kind === 'series' ? newestPublished(job, wanted) : undefined;
}

function unavailable(job: Job, wanted: WantedBinary, suffix = ''): ChaosError {
  const reasons = job.tried.map((reason) => `\n  - ${reason}`).join('');
  return new ChaosError(
    'unavailable',
    `${describeRequest(job.tool, wanted)}${suffix} cannot be had:${reasons}`,
    {
      hint:
        suffix === ''
          ? `put a ${job.tool.name} on PATH, set ${job.tool.binaryVariable} to one, or install Go; chaos doctor shows what this machine has`
          : 'it takes Go, and a release whose source has assertions: some from 2.11.12 and 2.12.1 on',
    },
  );
}
