import net from 'node:net';
import type { Milliseconds } from '../../support/units.ts';

const ROUND_TRIP_MS = 5_000;

/** Where a connection of our own reaches a proxy. */
export interface Door {
  host: string;
  port: number;
}

/** A socket of this machine that leads to a server. */
export interface LocalDoor {
  path: string;
}

/**
 * Time from a PING to the server's answer through the given door, in ms, or null when nothing comes back: refused,
 * reset, or silent for too long. Any server port answers a PING with PONG, or with an error when it wanted a
 * CONNECT first; the time is the same.
 */
export function roundTrip(
  { host, port }: Door,
  connectLine: string | undefined,
  withinMs = ROUND_TRIP_MS,
): Promise<Milliseconds | null> {
  return new Promise((resolve) => {
    let sentAt: number | undefined;
    const socket = net.connect({ host, port, noDelay: true });
    const finish = (result: Milliseconds | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish(null), withinMs);
    socket.on('error', () => finish(null));
    socket.on('close', () => finish(null));
    socket.on('data', () => {
      if (sentAt !== undefined) {
        finish(performance.now() - sentAt);
        return;
      }
      // The first bytes are the server's INFO, which it sends on its own.
      sentAt = performance.now();
      socket.write(`${connectLine === undefined ? '' : `${connectLine}\r\n`}PING\r\n`);
    });
  });
}
