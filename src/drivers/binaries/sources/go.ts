import { mkdir } from 'node:fs/promises';
import { assertionsIn } from './go-assertions.ts';
import { join } from 'node:path';
import { ChaosError, messageOf } from '../../../support/errors.ts';
import { run, type RunResult } from '../../../support/exec.ts';
import { reporting, type Job } from '../job.ts';
import { SourceError } from '../source-error.ts';
import { executable } from '../tools.ts';
import { parseVersion } from '../../../support/versions.ts';

/**
 * Builds the version with the Go toolchain into `folder`.
 *
 * @returns the binary's path
 * @throws SourceError when it cannot be built, ChaosError `aborted`
 */
export function fromGo(job: Job, version: string, folder: string): Promise<string> {
  return built(job, version, folder, []);
}

/** The build tag that compiles the assertions of the Antithesis SDK in. */
const ASSERTIONS_TAG = 'enable_antithesis_sdk';

/**
 * The same, with the assertions of nats-server compiled in.
 *
 * @throws SourceError also for a version whose source has none
 */
export async function fromGoWithAssertions(job: Job, version: string, folder: string): Promise<string> {
  await demandAssertions(job, version);
  return built(job, version, folder, ['-tags', ASSERTIONS_TAG]);
}

/** A build of a version without any would be the same as the release, and would prove nothing. */
async function demandAssertions(job: Job, version: string): Promise<void> {
  if ((await goVersion(job)) === undefined) throw new SourceError('no Go toolchain on PATH');
  const args = ['mod', 'download', '-json', `${job.tool.go.module}@v${version}`];
  const result = await runGo(job, args, undefined, BUILD_MS);
  if (result.exitCode !== 0) throw new SourceError(`go ${args.join(' ')}: ${lastLine(result)}`);
  const { Dir } = JSON.parse(result.stdout) as { Dir: string };
  if ((await assertionsIn(Dir)) === 0)
    throw new SourceError(`the source of ${job.tool.name} ${version} has no assertions`);
}

async function built(job: Job, version: string, folder: string, flags: string[]): Promise<string> {
  const { go, name } = job.tool;
  if ((await goVersion(job)) === undefined) throw new SourceError('no Go toolchain on PATH');
  const scratch = join(folder, 'go-tmp');
  await mkdir(scratch);
  const result = await reporting(job, `building ${name} ${version} with Go, about a minute, once`, () =>
    runGo(job, ['install', ...flags, `${go.package}@v${version}`], folder, BUILD_MS, {
      GOBIN: folder,
      GOTMPDIR: scratch,
      // Static, so that it runs in a container that holds nothing else.
      CGO_ENABLED: '0',
    }),
  );
  if (result.exitCode !== 0)
    throw new SourceError(`go install ${go.package}@v${version}: ${lastLine(result)}`);
  return join(folder, executable(go.binary));
}

/** `1.26.8`; undefined when there is no Go. */
export async function goVersion(job: Job): Promise<string | undefined> {
  try {
    const { stdout } = await runGo(job, ['version'], undefined, QUERY_MS);
    return /go(\d\S*)/.exec(stdout)?.[1];
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}

/** The versions that Go can build, in no order. @throws SourceError when they cannot be listed */
export async function goVersions(job: Job): Promise<string[]> {
  const args = ['list', '-m', '-versions', job.tool.go.module];
  const result = await runGo(job, args, undefined, QUERY_MS);
  if (result.exitCode !== 0) throw new SourceError(`go ${args.join(' ')}: ${lastLine(result)}`);
  return result.stdout
    .split(/\s+/)
    .map(parseVersion)
    .filter((version) => version !== undefined);
}

/** Asks Go whether it has a version, without fetching it. @throws SourceError when it does not, with its reason */
export async function askGoFor(job: Job, version: string): Promise<void> {
  const args = ['list', '-m', `${job.tool.go.module}@v${version}`];
  const result = await runGo(job, args, undefined, QUERY_MS);
  if (result.exitCode !== 0) throw new SourceError(`go ${args.join(' ')}: ${lastLine(result)}`);
}

const QUERY_MS = 20_000;
const BUILD_MS = 20 * 60_000;

/** @throws SourceError when it cannot be run to its end, ChaosError `aborted` */
async function runGo(
  job: Job,
  args: string[],
  cwd: string | undefined,
  timeoutMs: number,
  extra: NodeJS.ProcessEnv = {},
): Promise<RunResult> {
  // The user's flags and proxies apply; a surrounding Go workspace or another target platform does not.
  const env: NodeJS.ProcessEnv = { ...job.env, ...extra, GOWORK: 'off' };
  delete env['GOOS'];
  delete env['GOARCH'];
  try {
    return await run('go', args, {
      env,
      signal: job.signal,
      timeoutMs,
      ...(cwd === undefined ? {} : { cwd }),
    });
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'aborted') throw error;
    throw new SourceError(messageOf(error), { cause: error });
  }
}

/** Go prints the reason last, indented below what it was doing. */
function lastLine({ stderr, exitCode }: RunResult): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.slice(-2).join(' ') || `exit code ${exitCode}`;
}
