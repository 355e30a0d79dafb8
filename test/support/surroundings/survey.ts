import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { surveyBinary, type ToolName } from '../../../src/drivers/binaries/index.ts';
import { connectEngine } from '../../../src/drivers/docker/engine/engine.ts';
import { engineAddress } from '../../../src/drivers/docker/engine/engine-address.ts';
import { findCompose } from '../../../src/drivers/docker/attached/compose/find-compose.ts';
import { surveyMachine } from '../../../src/drivers/process/machine-survey.ts';
import { ADMIN_FOLDERS } from '../../../src/drivers/system/command.ts';
import { ChaosError } from '../../../src/support/errors.ts';
import { PROGRAMS, SERVER_SETS, type Gap, type Program, type Surroundings } from './surroundings.ts';

/** Surveys this machine as `chaos doctor` does: fetches nothing, changes nothing. */
export async function surveySurroundings(env: NodeJS.ProcessEnv): Promise<Surroundings> {
  const [engine, compose, servers] = await Promise.all([
    connectEngine(engineAddress(env), env).then(() => 'answers' as const, gapOf),
    findCompose(env).then(() => 'there' as const, gapOf),
    serversIn(env),
  ]);
  return { engine, compose, servers, programs: programsIn(env), machine: surveyMachine(env) };
}

function gapOf(error: unknown): Gap {
  if (!(error instanceof ChaosError)) throw error;
  return { why: error.message, how: error.hint ?? 'see what it says' };
}

async function serversIn(env: NodeJS.ProcessEnv): Promise<Surroundings['servers']> {
  const sets = Object.entries(SERVER_SETS).map(
    async ([set, releases]) => [set, await releasesIn(env, releases)] as const,
  );
  return Object.fromEntries(await Promise.all(sets)) as Surroundings['servers'];
}

async function releasesIn(env: NodeJS.ProcessEnv, releases: readonly string[]): Promise<'there' | Gap> {
  const surveys = await Promise.all(
    releases.map((release) => surveyBinary(requestFor(release), { env, progress: () => undefined })),
  );
  const lacking = surveys.filter(
    ({ installed, release, go }) => installed === undefined && !release.usable && !go.usable,
  );
  if (lacking.length === 0) return 'there';
  return {
    why: lacking
      .map((one) => `${one.wanted} is not here (release: ${one.release.detail}; Go: ${one.go.detail})`)
      .join('; '),
    how: 'install Go (go.dev/dl), or put nats-server and toxiproxy-server on the PATH',
  };
}

function requestFor(release: string): { tool: ToolName; wanted?: string } {
  return release === 'toxiproxy' ? { tool: 'toxiproxy-server' } : { tool: 'nats-server', wanted: release };
}

function programsIn(env: NodeJS.ProcessEnv): Record<Program, boolean> {
  const folders = [...(env['PATH'] ?? '').split(delimiter), ...ADMIN_FOLDERS].filter((one) => one !== '');
  const isThere = (program: Program): boolean =>
    program === 'chromium'
      ? mayRun(env['CHROMIUM'] ?? '/usr/bin/chromium')
      : [...folders, ...(program === 'postgres' ? postgresFolders() : [])].some((folder) =>
          mayRun(join(folder, program)),
        );
  const names = Object.keys(PROGRAMS) as Program[];
  return Object.fromEntries(names.map((name) => [name, isThere(name)])) as Record<Program, boolean>;
}

/** Where Debian has its servers: several versions may be there, and none is on the PATH. */
function postgresFolders(): string[] {
  const all = '/usr/lib/postgresql';
  try {
    return readdirSync(all).map((version) => join(all, version, 'bin'));
  } catch {
    return [];
  }
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
