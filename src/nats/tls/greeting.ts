import net from 'node:net';
import { hostOf, portOf } from '../../support/addresses.ts';
import type { Milliseconds } from '../../support/units.ts';

/** What a server says first: what is used of it. */
export interface ServerInfo {
  server_id?: string;
  server_name?: string;
  tls_required?: boolean;
  tls_available?: boolean;
  /** Whether clients must show a certificate. */
  tls_verify?: boolean;
  nonce?: string;
}

const INFO = /^INFO (\{.*\})\s*\r\n$/s;

/**
 * Connects to a server and waits for its greeting, which comes before TLS.
 *
 * @returns null when it does not greet in time; the socket is to be destroyed by the caller
 */
export function awaitGreeting(
  server: string,
  withinMs: Milliseconds,
): Promise<{ socket: net.Socket; info: ServerInfo } | null> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostOf(server), port: portOf(server), noDelay: true });
    let text = '';
    const finish = (info: ServerInfo | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // Whoever gets the socket listens for errors later; one without a listener would end the program.
      socket.on('error', () => undefined);
      if (info === null) socket.destroy();
      resolve(info === null ? null : { socket, info });
    };
    const timer = setTimeout(() => finish(null), withinMs);
    socket.on('data', (data) => {
      text += data.toString('utf8');
      const [, json] = INFO.exec(text) ?? [];
      if (json !== undefined) finish(JSON.parse(json) as ServerInfo);
    });
    socket.on('error', () => finish(null));
    socket.on('close', () => finish(null));
  });
}
