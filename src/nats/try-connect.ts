import { randomUUID } from 'node:crypto';
import type net from 'node:net';
import type { Milliseconds } from '../support/units.ts';
import { credentialsOf } from './authenticate.ts';
import type { Access } from './connect.ts';
import type { TlsAccess } from './tls/access.ts';
import { awaitGreeting } from './tls/greeting.ts';
import { HandshakeTimeout, upgrade } from './tls/handshake.ts';

/** What became of a client that tried to connect. `unreachable`: the server did not answer, which is no refusal. */
export type Admission = 'accepted' | 'refused' | 'unreachable';

export interface TriedClient {
  /** False: it continues in plain text, whatever the server requires. */
  tls: boolean;
  /** False: it shows no certificate of its own. */
  certificate: boolean;
  /** `wrong`: what it says is not the server's; `none`: it says nothing of itself. */
  login: Login;
}

export type Login = 'right' | 'wrong' | 'none';

const NAME = 'nats-chaos/probe';

/**
 * Tries to connect once, as a client with this access does, and closes the connection again.
 *
 * @param server `host:port`
 */
export async function tryConnect(
  server: string,
  access: Access,
  client: TriedClient,
  withinMs: Milliseconds,
): Promise<Admission> {
  const greeted = await awaitGreeting(server, withinMs);
  if (greeted === null) return 'unreachable';
  const { socket, info } = greeted;
  try {
    const speaksTls = info.tls_required === true || info.tls_available === true;
    const trust = client.certificate ? (access.tls ?? {}) : withoutCertificate(access);
    const line = client.tls && speaksTls ? await upgrade(socket, trust, [server], withinMs) : socket;
    const introduction = {
      verbose: false,
      pedantic: false,
      protocol: 1,
      lang: 'nats-chaos',
      version: '0',
      name: NAME,
      ...loginOf(client.login, access, info.nonce),
    };
    return await answerTo(line, `CONNECT ${JSON.stringify(introduction)}\r\nPING\r\n`, withinMs);
  } catch (error) {
    return isSilence(error) ? 'unreachable' : 'refused';
  } finally {
    socket.destroy();
  }
}

/** A wrong password goes with the right name of the user, which is the mistake that people make. */
function loginOf(login: Login, access: Access, nonce: string | undefined): object {
  if (login === 'none') return {};
  const right = credentialsOf(access, nonce);
  if (login === 'right') return right;
  return { ...('user' in right ? { user: right.user } : {}), pass: randomUUID() };
}

function withoutCertificate({ tls: { caFile } = {} }: Access): TlsAccess {
  return caFile === undefined ? {} : { caFile };
}

/** A link that is cut in the middle of a handshake says nothing about certificates. */
function isSilence(error: unknown): boolean {
  return error instanceof HandshakeTimeout || (error as NodeJS.ErrnoException).code === 'ECONNRESET';
}

/** A server refuses with an error, or just closes: in plain text it waits for a TLS handshake and gets none. */
function answerTo(line: net.Socket, text: string, withinMs: Milliseconds): Promise<Admission> {
  return new Promise((resolve) => {
    let answer = '';
    const finish = (result: Admission): void => {
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => finish('unreachable'), withinMs);
    line.on('data', (data) => {
      answer += data.toString('latin1');
      if (answer.includes('-ERR')) finish('refused');
      else if (answer.includes('PONG\r\n')) finish('accepted');
    });
    line.on('error', () => finish('refused'));
    line.on('close', () => finish('refused'));
    line.write(text);
  });
}
