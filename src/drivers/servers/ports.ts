import { readFileSync } from 'node:fs';
import net from 'node:net';
import { ChaosError } from '../../support/errors.ts';
import { ownerOf, readTcpTable } from '../system/sockets.ts';

const HOST = '127.0.0.1';
/**
 * Free ports are chosen below the kernel's range for outgoing connections: inside it, such a connection could take the
 * port of a server that is down for a moment.
 */
const LOWEST = 10_240;
const HIGHEST = 32_000;
const ATTEMPTS = 500;

/** Ports that are held until `release`, so that two runs at the same time never choose the same port. */
export interface PortHold {
  /** A port on which no process listens. @throws ChaosError `unavailable` when none is found */
  free(): Promise<number>;
  /**
   * Exactly this port. If it is taken: a free one with `substitute`, otherwise an error that names its holder.
   *
   * @throws ChaosError `unavailable`
   */
  declared(port: number, what: string, substitute: boolean): Promise<number>;
  /** Releases all of them; call it right before the servers start. */
  release(): Promise<void>;
}

export function holdPorts(): PortHold {
  const held: net.Server[] = [];
  const hold = async (port: number): Promise<boolean> => {
    const server = await listen(port);
    if (server) held.push(server);
    return server !== undefined;
  };
  const free = async (): Promise<number> => {
    for (let i = 0; i < ATTEMPTS; i += 1) {
      const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
      if (await hold(port)) return port;
    }
    throw new ChaosError(
      'unavailable',
      `no free port between ${LOWEST} and ${HIGHEST} in ${ATTEMPTS} attempts`,
    );
  };
  return {
    free,
    async declared(port, what, substitute) {
      if (await hold(port)) return port;
      if (substitute) return free();
      throw new ChaosError('unavailable', `port ${port} (${what}) is taken by ${holderOf(port)}`, {
        hint: 'stop that process, declare other ports in the environment, or run with --free-ports',
      });
    },
    async release() {
      await Promise.all(held.splice(0).map(close));
    },
  };
}

function listen(port: number): Promise<net.Server | undefined> {
  return new Promise((resolve) => {
    // A client of the port's former owner may connect, and its connection would keep the server open.
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: HOST, exclusive: true }, () => resolve(server));
  });
}

function close(server: net.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/** The process that listens on a port, in words. */
function holderOf(port: number): string {
  const entry = readTcpTable().find((socket) => socket.localPort === port && socket.listening);
  const pid = entry === undefined ? undefined : ownerOf(entry.inode);
  return pid === undefined ? 'another process' : `process ${pid} (${commandOf(pid)})`;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim().slice(0, 120);
  } catch {
    return 'unknown command';
  }
}
