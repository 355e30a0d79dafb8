import Docker from 'dockerode';
import { withDeadline } from '../../../support/deadline.ts';
import { ChaosError, messageOf } from '../../../support/errors.ts';
import { dockerOptions, engineAddress, type EngineAddress } from './engine-address.ts';

/** An engine that has answered. */
export interface Engine {
  docker: Docker;
  address: EngineAddress;
  /** `20.10.24`. */
  version: string;
  apiVersion: string;
  /** As Go names it: `amd64`. */
  arch: string;
}

/** The API of Docker 20.10; fixed addresses, archives and imports have not changed since. */
const OLDEST_API = '1.41';
const ANSWER_MS = 5_000;

/**
 * The engine at an address, asked for its version.
 *
 * @param address left out: the one that the environment's variables name
 * @throws ChaosError `unavailable` when none answers there, it is too old, or this user may not use it
 */
export async function connectEngine(
  address: EngineAddress = engineAddress(process.env),
  env: NodeJS.ProcessEnv = process.env,
): Promise<Engine> {
  const docker = new Docker(await dockerOptions(address, env));
  let answer: Docker.DockerVersion;
  try {
    answer = await withDeadline(docker.version(), ANSWER_MS, 'the Docker engine');
  } catch (error) {
    throw noEngine(address, error);
  }
  const engine = {
    docker,
    address,
    version: answer.Version,
    apiVersion: answer.ApiVersion,
    arch: answer.Arch,
  };
  if (isOlder(answer.ApiVersion, OLDEST_API)) {
    throw new ChaosError(
      'unavailable',
      `the Docker engine at ${address.host} is too old: ${answer.Version} speaks API ${answer.ApiVersion}, and ${OLDEST_API} is needed`,
      { hint: 'use Docker 20.10 or later' },
    );
  }
  if (answer.Os !== 'linux') {
    throw new ChaosError(
      'unavailable',
      `the Docker engine at ${address.host} runs ${answer.Os} containers, not linux`,
    );
  }
  return engine;
}

function noEngine({ host }: EngineAddress, error: unknown): ChaosError {
  const { code } = error as NodeJS.ErrnoException;
  const refuse = (message: string, hint: string): ChaosError =>
    new ChaosError('unavailable', message, { hint, cause: error });
  if (code === 'EACCES' || code === 'EPERM') {
    return refuse(
      `this user may not use the Docker engine at ${host} (${code})`,
      'add the user to the group docker and log in again, or run a rootless engine and set DOCKER_HOST',
    );
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return refuse(
      `there is no Docker engine at ${host} (${code})`,
      'start it, or set DOCKER_HOST to where it is; --driver process needs none',
    );
  }
  return refuse(
    `the Docker engine at ${host} does not answer: ${messageOf(error)}`,
    'docker version shows what it says; DOCKER_HOST names another one',
  );
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorThan = 0, minorThan = 0] = than.split('.').map(Number);
  return major < majorThan || (major === majorThan && minor < minorThan);
}
