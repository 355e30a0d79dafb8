import type { Json } from '../../support/json.ts';
import type { LinkInfo } from '../driver.ts';
import { clusterOf } from '../servers/topology.ts';
import {
  tlsIn,
  type EnvironmentSpec,
  type ServiceProtocol,
  type ServiceSpec,
  type TlsSpec,
} from '../spec.ts';

/** Where a server finds its certificate, its key, and the authorities that it trusts. */
export interface CertificatePaths {
  certificate: string;
  key: string;
  authorities: string;
}

/** The `tls` blocks of a server's configuration; each is empty for listeners without TLS. */
export interface TlsBlocks {
  clients: Record<string, Json>;
  routes: Record<string, Json>;
  leafnodes: Record<string, Json>;
  gateways: Record<string, Json>;
}

export function tlsBlocks(tls: TlsSpec | undefined, paths: CertificatePaths | undefined): TlsBlocks {
  const none: TlsBlocks = { clients: {}, routes: {}, leafnodes: {}, gateways: {} };
  if (tls === undefined || paths === undefined) return none;
  const files = filesAt(paths);
  const listener = (wanted: { verify: boolean } | undefined): Record<string, Json> =>
    wanted === undefined ? {} : { tls: { ...files, verify: wanted.verify } };
  // Servers check both sides of routes and gateways, whatever the configuration says.
  const between = (wanted: boolean | undefined): Record<string, Json> =>
    wanted === true ? { tls: files } : {};
  return {
    clients: listener(tls.clients),
    routes: between(tls.routes),
    leafnodes: listener(tls.leafnodes),
    gateways: between(tls.gateways),
  };
}

/** The `tls` block of a leafnode remote. @param target what the cluster that it dials requires */
export function remoteTlsBlock(
  target: TlsSpec | undefined,
  paths: CertificatePaths | undefined,
): Record<string, Json> {
  return target?.leafnodes === undefined || paths === undefined ? {} : { tls: filesAt(paths) };
}

function filesAt({ certificate, key, authorities }: CertificatePaths): Record<string, Json> {
  return { cert_file: certificate, key_file: key, ca_file: authorities };
}

/**
 * How a listener begins a connection. `greeting`: with the server's greeting in plain text. `greeting-then-tls`: with
 * that, and TLS afterwards. `tls`: it says nothing before the other side begins a TLS handshake. `asked`: of a service,
 * whose protocol is unknown; it answers some line of text. `postgresql`: of a service, which answers a question in the
 * protocol of PostgreSQL and no line of text.
 */
export type Opening = 'greeting' | 'greeting-then-tls' | 'tls' | 'asked' | ServiceProtocol;

export function openingOf(
  spec: Pick<EnvironmentSpec, 'tls' | 'clusters' | 'services'> | undefined,
  { kind, to, portName }: Pick<LinkInfo, 'kind' | 'to' | 'portName'>,
): Opening {
  const tls = tlsIn(spec, clusterOf(to));
  switch (kind) {
    case 'client':
      return tls?.clients === undefined ? 'greeting' : 'greeting-then-tls';
    case 'leafnode':
      return tls?.leafnodes === undefined ? 'greeting' : 'greeting-then-tls';
    case 'route':
      return tls?.routes === true ? 'tls' : 'greeting';
    case 'gateway':
      return tls?.gateways === true ? 'tls' : 'greeting';
    case 'service':
      return protocolOf(spec?.services, to, portName) ?? 'asked';
  }
}

/** The protocol at a port of a replica, where the environment states it. */
function protocolOf(
  services: readonly ServiceSpec[] = [],
  replica: string,
  port = '',
): ServiceProtocol | undefined {
  return services.find(({ name }) => name === clusterOf(replica))?.protocols?.[port];
}
