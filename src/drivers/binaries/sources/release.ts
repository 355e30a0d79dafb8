import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChaosError } from '../../../support/errors.ts';
import { throwIfAborted } from '../../../support/deadline.ts';
import { reporting, type Job } from '../job.ts';
import { SourceError } from '../source-error.ts';
import { reasonOf } from '../network.ts';
import { executable, thisPlatform } from '../tools.ts';

/**
 * Downloads the official release into `folder`, checked against its published SHA-256 sums.
 *
 * @returns the binary's path
 * @throws SourceError when the release is unavailable, ChaosError `failed` (the sums differ) or `aborted`
 */
export async function fromRelease(job: Job, version: string, folder: string): Promise<string> {
  const { release } = job.tool;
  const file = release.file(version, thisPlatform());
  const sums = await text(job, releaseUrl(job, version, release.sums));
  const expected = publishedSum(sums, file);
  if (expected === undefined) throw new SourceError(`${release.sums} of ${version} has no ${file}`);
  const target = join(folder, file);
  const actual = await download(job, releaseUrl(job, version, file), target, version);
  if (actual !== expected) throw mismatch(job, version, file, expected, actual);
  if (release.packed) return unpack(job, target, folder);
  await chmod(target, 0o755);
  return target;
}

/** The address of one file of a release; the base can be a mirror's. */
export function releaseUrl(job: Pick<Job, 'tool' | 'env'>, version: string, file: string): string {
  const { base, baseVariable } = job.tool.release;
  return `${(job.env[baseVariable] ?? base).replace(/\/+$/, '')}/v${version}/${file}`;
}

const STALL_MS = 20_000;

async function text(job: Job, url: string): Promise<string> {
  const response = await ok(job, url);
  try {
    return await response.text();
  } catch (error) {
    throw broken(job, url, error);
  }
}

async function ok(job: Job, url: string): Promise<Response> {
  const response = await job.network.request(url, { signal: job.signal });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new SourceError(
    `${url} answers ${response.status}${response.status === 404 ? ' (no such file)' : ''}`,
  );
}

/** Lines are `<sum>  <file>`, or `<sum> *<file>`. */
function publishedSum(sums: string, file: string): string | undefined {
  for (const line of sums.split('\n')) {
    const match = /^([0-9a-fA-F]{64})\s+\*?(\S+)\s*$/.exec(line);
    if (match?.[2] === file) return match[1]?.toLowerCase();
  }
  return undefined;
}

/** @returns the SHA-256 sum of the download */
async function download(job: Job, url: string, target: string, version: string): Promise<string> {
  const response = await ok(job, url);
  if (!response.body) throw new SourceError(`${url} has no content`);
  const total = Number(response.headers.get('content-length') ?? 0);
  const hash = createHash('sha256');
  let received = 0;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error(`nothing came for ${STALL_MS} ms`)), STALL_MS);
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      timer.refresh();
      received += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const signals = job.signal ? [job.signal, stalled.signal] : [stalled.signal];
  try {
    await reporting(
      job,
      `downloading ${job.tool.name} ${version}, once: ${url}`,
      () =>
        pipeline(response.body as AsyncIterable<Uint8Array>, counter, createWriteStream(target), {
          signal: AbortSignal.any(signals),
        }),
      () => `, ${amount(received, total)}`,
    );
  } catch (error) {
    throw broken(job, url, stalled.signal.aborted ? stalled.signal.reason : error);
  } finally {
    clearTimeout(timer);
  }
  return hash.digest('hex');
}

function amount(received: number, total: number): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  return total > 0 ? `${megabytes(received)} of ${megabytes(total)}` : megabytes(received);
}

function broken(job: Job, url: string, error: unknown): SourceError {
  throwIfAborted(job.signal);
  return new SourceError(`${url} broke off (${reasonOf(error)})`, { cause: error });
}

/** Never a reason to try another source: the archive may have been changed by an attacker. */
function mismatch(job: Job, version: string, file: string, expected: string, actual: string): ChaosError {
  return new ChaosError(
    'failed',
    `${file} is not what ${job.tool.name} ${version} published: its SHA-256 sum is ${actual}, and ${job.tool.release.sums} says ${expected}; it was thrown away`,
    {
      hint: `try again; if it stays so, the download is changed on its way: get the binary yourself and set ${job.tool.binaryVariable}`,
    },
  );
}

async function unpack(job: Job, archive: string, folder: string): Promise<string> {
  // Loaded here only, as most runs find their binaries in the cache.
  const { extract } = await import('tar');
  const name = executable(job.tool.name);
  let inside = '';
  await extract({
    file: archive,
    cwd: folder,
    strict: true,
    filter: (path, entry) => {
      const wanted = basename(path) === name && 'type' in entry && entry.type === 'File';
      if (wanted) inside = path;
      return wanted;
    },
  });
  if (inside === '') throw new SourceError(`${basename(archive)} holds no ${name}`);
  return join(folder, inside);
}
