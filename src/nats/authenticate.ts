import { readFileSync } from 'node:fs';
import { credsAuthenticator, nkeyAuthenticator, type Authenticator } from '@nats-io/transport-node';

/** How a client proves who it is; at most one of these ways. */
export interface Credentials {
  user?: string;
  pass?: string;
  token?: string;
  /** The seed of an NKey. */
  nkeySeed?: string;
  /** Path of a file that holds the seed of an NKey. */
  nkeyFile?: string;
  /** Path of a credentials file: a JWT and the seed that belongs to it. */
  credentialsFile?: string;
}

/** What the client library needs to prove it; the files are read for every connection. */
export function credentialsOptions(credentials: Credentials): {
  user?: string;
  pass?: string;
  token?: string;
  authenticator?: Authenticator;
} {
  const { user, pass, token } = credentials;
  const authenticator = signing(credentials);
  return {
    ...(user === undefined ? {} : { user }),
    ...(pass === undefined ? {} : { pass }),
    ...(token === undefined ? {} : { token }),
    ...(authenticator === undefined ? {} : { authenticator }),
  };
}

/** The fields of a client's CONNECT line that prove it. @param nonce what the server wants to have signed */
export function credentialsOf(credentials: Credentials, nonce: string | undefined): Record<string, unknown> {
  const { user, pass, token } = credentials;
  const signed = signing(credentials)?.(nonce);
  return {
    ...(user === undefined ? {} : { user }),
    ...(pass === undefined ? {} : { pass }),
    ...(token === undefined ? {} : { auth_token: token }),
    ...(typeof signed === 'object' ? signed : {}),
  };
}

function signing({ nkeySeed, nkeyFile, credentialsFile }: Credentials): Authenticator | undefined {
  if (credentialsFile !== undefined) return credsAuthenticator(() => readFileSync(credentialsFile));
  if (nkeySeed !== undefined) return nkeyAuthenticator(Buffer.from(nkeySeed));
  if (nkeyFile === undefined) return undefined;
  return nkeyAuthenticator(() => Buffer.from(readFileSync(nkeyFile, 'utf8').trim()));
}
