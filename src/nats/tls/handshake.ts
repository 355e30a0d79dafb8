import { readFileSync } from 'node:fs';
import type net from 'node:net';
import tls from 'node:tls';
import { hostOf } from '../../support/addresses.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { TlsAccess } from './access.ts';
import { awaitGreeting } from './greeting.ts';

/** The certificate that a server presents, as a client sees it. A type alias, because an interface is no Json. */
export type PresentedCertificate = {
  /** In hexadecimal digits. */
  serial: string;
  /** The name of the authority that issued it. */
  issuer: string;
  /** Ms since 1970. */
  notBefore: number;
  notAfter: number;
  /** The hosts that it is valid for, as `DNS:localhost, IP Address:127.0.0.1`. */
  hosts: string;
  /** Why a client that checks certificates refuses it, as Node.js names it; null when it accepts it. */
  objection: string | null;
};

/**
 * Begins a TLS handshake with a server as a client does, and reads the certificate that it presents, whatever is wrong
 * with it.
 *
 * @param server `host:port` for clients
 * @param access what the client trusts
 * @returns null when the server does not answer in time, or speaks no TLS
 */
export async function presentedCertificate(
  server: string,
  access: TlsAccess,
  withinMs: Milliseconds,
): Promise<PresentedCertificate | null> {
  const greeted = await awaitGreeting(server, withinMs);
  if (greeted === null) return null;
  const { socket, info } = greeted;
  try {
    if (info.tls_required !== true && info.tls_available !== true) return null;
    const secure = await upgrade(socket, { ...access, unchecked: true }, [server], withinMs);
    return described(secure, hostOf(server));
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

/**
 * Continues a connection with TLS.
 *
 * @param servers one of these must be a host of the certificate
 * @throws Error of the handshake, or when it takes too long
 */
export function upgrade(
  socket: net.Socket,
  access: TlsAccess,
  servers: readonly string[],
  withinMs: Milliseconds,
): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = tls.connect({ socket, ...filesOf(access), ...checksOf(access, servers) }, () => {
      clearTimeout(timer);
      resolve(secure);
    });
    const timer = setTimeout(() => reject(new HandshakeTimeout()), withinMs);
    secure.on('error', (error: Error) => {
      clearTimeout(timer);
      reject(error);
    });
    secure.on('close', () => {
      clearTimeout(timer);
      reject(new Error('the server closed the connection'));
    });
  });
}

/** Nothing came in time, which says nothing about certificates. */
export class HandshakeTimeout extends Error {
  constructor() {
    super('the handshake took too long');
  }
}

/**
 * How a certificate is checked. The host is compared here: Node.js and the client would look for `localhost` in the
 * certificate of a server that is dialled by its address. They do not say which server is dialled, so each one counts.
 */
export function checksOf(
  { unchecked }: TlsAccess,
  servers: readonly string[],
): Pick<tls.ConnectionOptions, 'rejectUnauthorized' | 'checkServerIdentity'> {
  if (unchecked === true) return { rejectUnauthorized: false };
  return {
    checkServerIdentity: (_host, certificate) => {
      const objections = servers.map((server) => tls.checkServerIdentity(hostOf(server), certificate));
      return objections.includes(undefined) ? undefined : objections[0];
    },
  };
}

function described(secure: tls.TLSSocket, host: string): PresentedCertificate | null {
  const peer = secure.getPeerCertificate();
  // Empty when the server presented none.
  if (Object.keys(peer).length === 0) return null;
  // A code such as CERT_HAS_EXPIRED, although the types say that it is an error.
  const chain = secure.authorized ? null : String(secure.authorizationError);
  const isOtherHost = tls.checkServerIdentity(host, peer) !== undefined;
  return {
    serial: peer.serialNumber,
    issuer: [peer.issuer.CN].flat().join(' '),
    notBefore: Date.parse(peer.valid_from),
    notAfter: Date.parse(peer.valid_to),
    hosts: peer.subjectaltname ?? '',
    objection: chain ?? (isOtherHost ? 'ERR_TLS_CERT_ALTNAME_INVALID' : null),
  };
}

function filesOf({ caFile, certFile, keyFile }: TlsAccess): tls.SecureContextOptions {
  return {
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
  };
}
