import { access, constants, mkdir, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { executable, thisPlatform, type Tool } from './tools.ts';
import { compareVersions, parseVersion } from '../../support/versions.ts';

/** The user's cache folder: `$NATS_CHAOS_CACHE`, or `nats-chaos` in the platform's folder for caches. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env['NATS_CHAOS_CACHE']) return env['NATS_CHAOS_CACHE'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'nats-chaos');
  const home = env['HOME'] ?? homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'nats-chaos');
  if (process.platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'nats-chaos', 'Cache');
  }
  return join(home, '.cache', 'nats-chaos');
}

/**
 * The path of a version. The name contains the version, because not every binary reports its own.
 *
 * @param suffix of a build that differs from the released one
 */
export function cachedPath(cache: string, tool: Tool, version: string, suffix = ''): string {
  return join(binariesFolder(cache), executable(`${tool.name}-${version}${suffix}`));
}

/** The versions in the cache, newest first. */
export async function cachedVersions(cache: string, tool: Tool): Promise<string[]> {
  const names = await readdir(binariesFolder(cache)).catch(() => []);
  return names
    .filter((name) => name.startsWith(`${tool.name}-`))
    .map((name) => parseVersion(name.slice(tool.name.length + 1).replace(/\.exe$/, '')))
    .filter((version) => version !== undefined)
    .sort((a, b) => compareVersions(b, a));
}

/** Makes the folders of the cache. @throws ChaosError `unavailable` when it cannot be written */
export async function prepareCache(cache: string): Promise<void> {
  try {
    for (const folder of [binariesFolder(cache), workFolder(cache)]) {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
    }
  } catch (error) {
    throw new ChaosError('unavailable', `the cache ${cache} cannot be written: ${messageOf(error)}`, {
      hint: 'set NATS_CHAOS_CACHE to a folder that can',
      cause: error,
    });
  }
}

/** The folder of downloads and builds until they are verified: on the same filesystem, so that a rename is atomic. */
export function workFolder(cache: string): string {
  return join(cache, 'work');
}

/** Removes what killed runs have left. Names are `<tool>-<version>.<pid>.<random>`. */
export async function sweepWork(cache: string, isAlive: (pid: number) => boolean): Promise<void> {
  for (const name of await readdir(workFolder(cache)).catch(() => [])) {
    const pid = Number(/\.(\d+)\.[0-9a-f]+$/.exec(name)?.[1] ?? NaN);
    if (!Number.isNaN(pid) && !isAlive(pid))
      await rm(join(workFolder(cache), name), { recursive: true, force: true });
  }
}

function binariesFolder(cache: string): string {
  const { os, arch, arm } = thisPlatform();
  return join(cache, `${os}-${arch}${arm}`);
}
