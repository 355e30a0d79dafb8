import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DockerOptions } from 'dockerode';
import { ChaosError, messageOf } from '../../../support/errors.ts';
import { openTunnel } from './ssh-tunnel.ts';

/** Where an engine is, as plain data for undo records. */
export interface EngineAddress {
  /** As in `DOCKER_HOST`: `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host/path/of/docker.sock`. */
  host: string;
  /** Folder of `ca.pem`, `cert.pem` and `key.pem`; null without TLS. */
  certPath: string | null;
}

/** The engine that the environment's variables name, as they do for the `docker` command; else the local one. */
export function engineAddress(env: NodeJS.ProcessEnv): EngineAddress {
  const host = env['DOCKER_HOST'];
  if (host === undefined || host === '') return { host: localEngine(env), certPath: null };
  const withScheme = host.includes('://') ? host : `tcp://${host}`;
  const secure = withScheme.startsWith('tcp:') && (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  const certPath = env['DOCKER_CERT_PATH'] ?? join(env['HOME'] ?? homedir(), '.docker');
  return { host: withScheme, certPath: secure ? certPath : null };
}

/**
 * The options for dockerode, through an ssh tunnel if the address needs one. Every field is set, because dockerode
 * would fill missing ones from its own environment variables.
 *
 * @throws ChaosError
 */
export async function dockerOptions(
  { host, certPath }: EngineAddress,
  env: NodeJS.ProcessEnv,
): Promise<DockerOptions> {
  const nothing = {
    host: undefined,
    port: undefined,
    socketPath: undefined,
    protocol: undefined,
    username: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  } as unknown as DockerOptions;
  const [scheme = '', rest = ''] = host.split('://');
  if (scheme === 'unix' || scheme === 'npipe') return { ...nothing, socketPath: rest, protocol: 'http' };
  const url = urlOf(host);
  if (scheme === 'ssh') return { ...nothing, socketPath: await openTunnel(url, env), protocol: 'http' };
  const where = { host: url.hostname, port: Number(url.port || (certPath === null ? 2375 : 2376)) };
  if (certPath === null) return { ...nothing, ...where, protocol: 'http' };
  return {
    ...nothing,
    ...where,
    protocol: 'https',
    ca: pem(certPath, 'ca'),
    cert: pem(certPath, 'cert'),
    key: pem(certPath, 'key'),
  };
}

function localEngine(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return 'npipe:////./pipe/docker_engine';
  const ofUser = join(env['HOME'] ?? homedir(), '.docker/run/docker.sock');
  return `unix://${existsSync(ofUser) ? ofUser : '/var/run/docker.sock'}`;
}

function urlOf(host: string): URL {
  try {
    const url = new URL(host);
    if (['tcp:', 'http:', 'https:', 'ssh:'].includes(url.protocol) && url.hostname !== '') return url;
  } catch {
    // The error below says so.
  }
  throw new ChaosError(
    'usage',
    `the Docker engine's host is "${host}"; expected unix:///path, tcp://host:port or ssh://user@host`,
  );
}

function pem(folder: string, name: string): Buffer {
  const path = join(folder, `${name}.pem`);
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ChaosError(
      'unavailable',
      `the Docker engine is to be reached by TLS, and ${path} cannot be read: ${messageOf(error)}`,
      {
        hint: 'DOCKER_CERT_PATH, or certPath in the environment file, names the folder with ca.pem, cert.pem and key.pem',
        cause: error,
      },
    );
  }
}
