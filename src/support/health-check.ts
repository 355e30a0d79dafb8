import { get } from 'node:http';
import net from 'node:net';
import { run } from './exec.ts';
import type { Milliseconds } from './units.ts';

/** How to find out whether something serves. */
export type HealthCheck =
  | { kind: 'http'; host: string; port: number; path: string; status: number }
  | {
      kind: 'tcp';
      host: string;
      port: number;
      /** The connection has to stay open for so long, or bring something. Left out: an open one is enough. */
      openForMs?: Milliseconds;
    }
  | { kind: 'command'; command: readonly string[]; cwd?: string; env?: NodeJS.ProcessEnv };

/**
 * Whether a check succeeds within a time: the expected status over HTTP, an open connection, or exit code 0. Never throws:
 * what cannot be reached is not healthy.
 */
export function isHealthy(check: HealthCheck, withinMs: Milliseconds): Promise<boolean> {
  switch (check.kind) {
    case 'http':
      return hasStatus(check, withinMs);
    case 'tcp':
      return accepts(check, withinMs);
    case 'command':
      return succeeds(check, withinMs);
  }
}

function hasStatus(
  { host, port, path, status }: Extract<HealthCheck, { kind: 'http' }>,
  withinMs: Milliseconds,
): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host, port, path, agent: false }, (response) => {
      response.resume();
      finish(response.statusCode === status);
    });
    const finish = (result: boolean): void => {
      clearTimeout(timer);
      resolve(result);
      request.destroy();
    };
    const timer = setTimeout(() => finish(false), withinMs);
    request.on('error', () => finish(false));
  });
}

function accepts(
  { host, port, openForMs }: Extract<HealthCheck, { kind: 'tcp' }>,
  withinMs: Milliseconds,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const finish = (result: boolean): void => {
      clearTimeout(timer);
      clearTimeout(open);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish(false), withinMs);
    let open: NodeJS.Timeout | undefined;
    socket.once('error', () => finish(false));
    socket.once('connect', () => {
      if (openForMs === undefined) {
        finish(true);
        return;
      }
      open = setTimeout(() => finish(true), openForMs);
      socket.once('data', () => finish(true));
      socket.once('close', () => finish(false));
    });
  });
}

async function succeeds(
  { command: [program = '', ...args], cwd, env }: Extract<HealthCheck, { kind: 'command' }>,
  withinMs: Milliseconds,
): Promise<boolean> {
  try {
    const options = { timeoutMs: withinMs, ...(cwd !== undefined && { cwd }), ...(env && { env }) };
    return (await run(program, args, options)).exitCode === 0;
  } catch {
    return false;
  }
}
