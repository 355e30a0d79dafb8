import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../support/deadline.ts';
import { ChaosError, messageOf } from '../../../support/errors.ts';
import { NAME_PREFIX } from './labels.ts';

const CONNECT_S = 10;
/** A little more than ssh's own timeout. */
const OPEN_MS = CONNECT_S * 1000 + 5_000;
const AGAIN_MS = 500;
const FAR_SOCKET = '/var/run/docker.sock';

/**
 * Opens a socket of this machine that leads to the engine's on another one, by the `ssh` command, so that the user's
 * configuration, keys, agent and known hosts apply. It is opened again when the connection breaks, and ends with this
 * process in every case.
 *
 * @param url `ssh://user@host:port/path/of/docker.sock`; user, port and path may be left out
 * @returns the path of the socket
 * @throws ChaosError `unavailable` with what ssh said
 */
export async function openTunnel(url: URL, env: NodeJS.ProcessEnv): Promise<string> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), `${NAME_PREFIX}-ssh-`));
  const socket = join(folder, 'docker.sock');
  const first = spawnSsh(url, folder, socket, env);
  try {
    await until(() => Promise.resolve(first.ended() || existsSync(socket)), {
      timeoutMs: OPEN_MS,
      everyMs: 20,
      what: `ssh to ${url.host}`,
    });
  } catch (error) {
    first.end();
    throw unreachable(url, messageOf(error));
  }
  if (first.ended()) throw unreachable(url, first.words());
  if (!(await answers(socket))) {
    first.end();
    throw unreachable(url, first.words());
  }
  const reopen = (): void => {
    setTimeout(() => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      spawnSsh(url, folder, socket, env).onEnd(reopen);
    }, AGAIN_MS).unref();
  };
  first.onEnd(reopen);
  return socket;
}

/** Whether an engine answers on the other side: ssh opens the tunnel even when the remote socket does not exist. */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: '/_ping', timeout: OPEN_MS }, (response) => {
      response.resume();
      resolve(true);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

interface Ssh {
  ended(): boolean;
  /** The last line of its error output. */
  words(): string;
  onEnd(listener: () => void): void;
  end(): void;
}

/**
 * The remote command ends with its standard input, which ends with this process; only then is the socket's folder
 * removed. ssh has its own process group, because a Ctrl-C must not end the connection that the undo needs.
 */
function spawnSsh(url: URL, folder: string, socket: string, env: NodeJS.ProcessEnv): Ssh {
  const options = [
    'BatchMode=yes',
    `ConnectTimeout=${CONNECT_S}`,
    'ExitOnForwardFailure=yes',
    'ServerAliveInterval=5',
    // The forwarding of a shared connection would outlive this process.
    'ControlPath=none',
  ].flatMap((option) => ['-o', option]);
  const far = url.pathname === '' || url.pathname === '/' ? FAR_SOCKET : decodeURIComponent(url.pathname);
  const port = url.port === '' ? [] : ['-p', url.port];
  const user = url.username === '' ? [] : ['-l', decodeURIComponent(url.username)];
  const args = ['-T', ...options, '-L', `${socket}:${far}`, ...port, ...user, '--', url.hostname, 'cat'];
  const child = spawn('sh', ['-c', 'ssh "$@"; status=$?; rm -rf "$0"; exit $status', folder, ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env,
    detached: true,
  });
  let said = '';
  let over = false;
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)));
  child.stdin.on('error', () => undefined);
  child.once('error', (error) => (said = error.message));
  child.once('close', () => (over = true));
  child.unref();
  for (const stream of [child.stdin, child.stderr]) (stream as { unref?: () => void }).unref?.();
  return {
    ended: () => over,
    words: () => said.trim().split('\n').at(-1) ?? '',
    onEnd: (listener) => child.once('close', listener),
    end: () => child.stdin.end(),
  };
}

function unreachable({ hostname, port, username }: URL, why: string): ChaosError {
  const who = username === '' ? hostname : `${username}@${hostname}`;
  const command = `ssh ${port === '' ? '' : `-p ${port} `}${who} true`;
  return new ChaosError(
    'unavailable',
    `no way to the Docker engine of ${who} by ssh: ${why || 'no reason given'}`,
    {
      hint: `"${command}" has to work without a question; a path after the host names another socket than ${FAR_SOCKET}`,
    },
  );
}
