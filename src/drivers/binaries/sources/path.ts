import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { askVersion, type VersionAnswer } from '../ask-version.ts';
import type { FoundBinary, Job } from '../job.ts';
import { satisfies, type WantedBinary } from '../request.ts';
import { executable } from '../tools.ts';
import { compareVersions } from '../../../support/versions.ts';

/** The newest binary on PATH that matches; among equals, the first. */
export async function fromPath(job: Job, wanted: WantedBinary): Promise<FoundBinary | undefined> {
  const others: string[] = [];
  let best: FoundBinary | undefined;
  for (const { path, answer } of await candidatesOnPath(job)) {
    if ('problem' in answer) others.push(`${path} ${answer.problem}`);
    else if (!satisfies(answer.version, wanted)) others.push(`${path} is ${answer.version}`);
    else if (!best || compareVersions(answer.version, best.version) > 0)
      best = { path, version: answer.version };
  }
  if (!best) job.tried.push(`PATH: ${others.length > 0 ? others.join(', ') : `no ${job.tool.name}`}`);
  return best;
}

/** Every binary with the tool's name on PATH, in PATH's order, with the version that it reports. */
export async function candidatesOnPath(job: Job): Promise<{ path: string; answer: VersionAnswer }[]> {
  const candidates: { path: string; answer: VersionAnswer }[] = [];
  const seen = new Set<string>();
  for (const path of await filesOnPath(job.env, executable(job.tool.name))) {
    const real = await realpath(path);
    if (seen.has(real)) continue;
    seen.add(real);
    candidates.push({ path, answer: await askVersion(job.tool, path, job.env, job.signal) });
  }
  return candidates;
}

/** Full paths of the executable files of this name, in PATH's order. */
export async function filesOnPath(env: NodeJS.ProcessEnv, name: string): Promise<string[]> {
  const variable = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = (env[variable] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found: string[] = [];
  for (const folder of folders) {
    const path = join(resolve(folder), name);
    if (await isExecutable(path)) found.push(path);
  }
  return found;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
