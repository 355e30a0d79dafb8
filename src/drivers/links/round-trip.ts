import net from 'node:net';
import type { Milliseconds } from '../../support/units.ts';
import type { Opening } from '../tls/server-tls.ts';
import { questionOf } from './questions.ts';
import { TLS_NONSENSE } from './tls-nonsense.ts';

const ROUND_TRIP_MS = 5_000;

/** Where our own connections reach a proxy. */
export interface EntryPoint {
  host: string;
  port: number;
}

/** A socket of this machine that leads to a server. */
export interface LocalEntryPoint {
  path: string;
}

/**
 * Time from a PING to the server's answer through an entry point, in ms; null without an answer: refused, reset, or
 * silent for too long. Any server port answers a PING with PONG, or with an error when it requires a CONNECT first; the
 * time is the same. A port with TLS answers a handshake that makes no sense with an alert, which takes as long. A service
 * answers a question that it need not know.
 */
export function roundTrip(
  { host, port }: EntryPoint,
  connectLine: string | undefined,
  withinMs = ROUND_TRIP_MS,
  opening: Opening = 'greeting',
): Promise<Milliseconds | null> {
  return new Promise((resolve) => {
    let sentAt: number | undefined;
    const question = questionOf(opening);
    const socket = net.connect({ host, port, noDelay: true });
    const ask = (): void => {
      sentAt = performance.now();
      if (question !== null) {
        socket.write(question);
        return;
      }
      const lines = `${connectLine === undefined ? '' : `${connectLine}\r\n`}PING\r\n`;
      socket.write(opening === 'greeting' ? lines : TLS_NONSENSE);
    };
    const finish = (result: Milliseconds | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish(null), withinMs);
    socket.on('error', () => finish(null));
    socket.on('close', () => finish(null));
    if (opening === 'tls' || question !== null) socket.once('connect', ask);
    socket.on('data', () => {
      if (sentAt !== undefined) {
        finish(performance.now() - sentAt);
        return;
      }
      // The first bytes are the server's INFO, which it sends by itself.
      ask();
    });
  });
}
