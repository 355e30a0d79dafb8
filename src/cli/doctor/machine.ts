import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder, filesOnPath } from '../../drivers/binaries/index.ts';
import { messageOf } from '../../support/errors.ts';
import { packageUrl } from '../package.ts';
import type { DriverOffer } from '../../plan/driver-offer.ts';
import type { Check } from './check.ts';
import { composeCheck, dockerCheck } from './engine.ts';

/** What the machine itself has: platform, folders, and the tools that drivers use. */
export async function machineChecks(
  env: NodeJS.ProcessEnv,
  offer: DriverOffer,
): Promise<{ basis: Check[]; around: Check[] }> {
  const checks = [cacheCheck(env), socketCheck(), processCheck(env), dockerCheck(env), composeCheck(env)];
  const around = [temporaryCheck(), ...(await Promise.all(checks)), rootCheck(offer)];
  return { basis: [nodeCheck(), platformCheck()], around };
}

function nodeCheck(): Check {
  const needed = enginesNode();
  const found = process.versions.node;
  const base = { id: 'node', title: 'Node.js', detail: `${found} (${needed} is needed)` };
  return isAtLeast(found, needed)
    ? { ...base, status: 'ok' }
    : { ...base, status: 'missing', blocking: true, hint: `install Node.js ${needed}` };
}

function enginesNode(): string {
  const manifest = JSON.parse(readFileSync(packageUrl('package.json'), 'utf8')) as {
    engines: { node: string };
  };
  return manifest.engines.node;
}

function isAtLeast(found: string, needed: string): boolean {
  const [have, want] = [found, needed.replace(/^>=/, '')].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (have?.[i] ?? 0) - (want?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function platformCheck(): Check {
  const base = { id: 'platform', title: 'platform', detail: `${process.platform} ${process.arch}` };
  if (process.platform !== 'win32') return { ...base, status: 'ok' };
  return {
    ...base,
    status: 'missing',
    blocking: true,
    detail: `${base.detail}: no signals to pause and stop servers with`,
    hint: 'use WSL 2',
  };
}

/** Tests the nearest folder that exists, so that doctor creates none. */
async function cacheCheck(env: NodeJS.ProcessEnv): Promise<Check> {
  const folder = cacheFolder(env);
  const base = { id: 'cache', title: 'cache folder' };
  let nearest = folder;
  while (!(await exists(nearest)) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  const problem = writingProblem(nearest);
  if (problem === undefined) return { ...base, status: 'ok', detail: `${folder} can be written` };
  const hint = 'set NATS_CHAOS_CACHE to a folder that can be written';
  return { ...base, status: 'missing', detail: `${folder} cannot be written: ${problem}`, hint };
}

function temporaryCheck(): Check {
  const base = { id: 'temporary', title: 'temporary folder' };
  const problem = writingProblem(tmpdir());
  if (problem === undefined) return { ...base, status: 'ok', detail: `${tmpdir()} can be written` };
  const detail = `${tmpdir()} cannot be written: ${problem}`;
  return { ...base, status: 'missing', detail, blocking: true, hint: 'set TMPDIR to a folder that can' };
}

/**
 * Permissions do not show everything (a read-only file system, /proc), so writing is tried; create and delete in one
 * step leave nothing behind.
 */
function writingProblem(parent: string): string | undefined {
  try {
    const folder = mkdtempSync(join(parent, '.chaos-doctor-'));
    try {
      writeFileSync(join(folder, 'trial'), 'x');
    } finally {
      rmSync(folder, { recursive: true });
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Shows which process owns which connection, beyond what the servers report themselves. */
async function socketCheck(): Promise<Check> {
  const base = { id: 'sockets', title: 'socket guard' };
  try {
    await readFile('/proc/net/tcp', 'utf8');
    await readdir('/proc/self/fd');
    return { ...base, status: 'ok', detail: '/proc shows which connections bypass the links' };
  } catch {
    const detail = 'no /proc: only what the servers report shows connections that bypass the links';
    return { ...base, status: 'limited', detail, hint: 'run on Linux to have every socket checked as well' };
  }
}

async function processCheck(env: NodeJS.ProcessEnv): Promise<Check> {
  const base = { id: 'processes', title: 'process states' };
  if (await exists('/proc/self/stat')) return { ...base, status: 'ok', detail: '/proc shows them' };
  const [ps] = await filesOnPath(env, 'ps');
  if (ps !== undefined) return { ...base, status: 'ok', detail: `${ps} shows them` };
  return {
    ...base,
    status: 'missing',
    detail: 'neither /proc nor ps',
    blocking: true,
    hint: 'install ps (procps)',
  };
}

/** Things that need root and some tools; most faults do not need them. */
function rootCheck({ lacking = {} }: DriverOffer): Check {
  const base = { id: 'root', title: 'root and its tools' };
  const capabilities = Object.keys(lacking);
  if (capabilities.length === 0)
    return { ...base, status: 'ok', detail: 'optional; every capability is available' };
  return {
    ...base,
    status: 'limited',
    detail: `optional; not available here: ${capabilities.join(', ')}`,
    more: Object.entries(lacking).map(([capability, reason]) => `${capability} needs ${reason}`),
    hint: 'run as root on Linux, with the packages e2fsprogs, mount, xfsprogs, iptables and util-linux; without it, all other faults work',
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
