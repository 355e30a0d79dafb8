import { resolve } from 'node:path';
import type { AttachSpec, TlsSpec, UserSpec } from '../drivers/spec.ts';
import type { User } from '../experiment/schema/environment/account.ts';
import type { Environment } from '../experiment/schema/environment.ts';
import { GENERATED } from '../experiment/schema/environment/identity.ts';
import { defined } from './defined.ts';

type Tls = NonNullable<Environment['tls']>;

/** The listeners with TLS; undefined when there is none. */
export function tlsSpec({ tls }: Pick<Environment, 'tls'>): TlsSpec | undefined {
  const spec = tls === undefined ? {} : listeners(tls);
  return Object.keys(spec).length === 0 ? undefined : spec;
}

/** The listeners of a cluster with TLS, where it says anything of them itself. */
export function clusterTlsSpec({ tls }: Pick<Environment, 'tls'>, own: Tls | undefined): TlsSpec | undefined {
  return own === undefined ? undefined : listeners({ ...tls, ...defined(own) });
}

function listeners(tls: Tls): TlsSpec {
  const listener = (wanted: boolean | { verify: boolean } | undefined): { verify: boolean } | undefined => {
    if (wanted === undefined || wanted === false) return undefined;
    return { verify: wanted !== true && wanted.verify };
  };
  const between = (wanted: boolean | undefined): true | undefined => (wanted === true ? true : undefined);
  return defined({
    clients: listener(tls.clients),
    routes: between(tls.routes),
    leafnodes: listener(tls.leafnodes),
    gateways: between(tls.gateways),
  });
}

type ClientTls = NonNullable<NonNullable<Environment['attach']>['tls']>;

/** @param folder that of the environment file: its paths are relative to it */
export function clientFiles({ ca, certificate, key }: ClientTls, folder: string): AttachSpec['tls'] {
  return defined({
    caFile: absolute(ca, folder),
    certFile: absolute(certificate, folder),
    keyFile: absolute(key, folder),
  });
}

/** @param folder as above */
export function userSpec(
  name: string,
  { password, token, nkey, credentials }: User,
  folder: string,
): UserSpec {
  return {
    name,
    password: password ?? '',
    ...(nkey === GENERATED ? { nkey } : defined({ nkeyFile: absolute(nkey, folder) })),
    ...defined({ token, credentialsFile: absolute(credentials, folder) }),
  };
}

function absolute(path: string | undefined, folder: string): string | undefined {
  return path === undefined ? undefined : resolve(folder, path);
}
