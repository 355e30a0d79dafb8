import type { NodeInfo } from '../../driver.ts';
import type { ConfigChanges } from '../../servers/config-changes.ts';
import type { PlacedNode } from '../../servers/topology.ts';
import type { ServerFiles } from '../../tls/run-certificates.ts';
import type { CertificatePaths } from '../../tls/server-tls.ts';
import type { DockerNode } from './layout.ts';
import type { ServerContainer } from '../engine/server-container.ts';
import type { TarEntry } from '../engine/tarball.ts';

/** Paths in a container. */
export const CONFIG_PATH = '/nats-chaos/server.conf';
export const CERTIFICATE_PATHS: CertificatePaths = {
  certificate: '/nats-chaos/cert.pem',
  key: '/nats-chaos/key.pem',
  authorities: '/nats-chaos/ca.pem',
};
export const VOLUME_PATH = '/data';
export const STORE_PATH = '/data/store';

/** A node that has its addresses, its configuration and its container. */
export interface RunningNode extends DockerNode {
  placed: PlacedNode;
  config: ConfigChanges;
  /** When its configuration was last put into its container, ms since 1970. */
  writtenAt: number;
  server: ServerContainer;
}

/** The configuration as a file of an archive that is unpacked at `/`; the engine makes the folders above it. */
export function configFile(config: ConfigChanges): TarEntry[] {
  // Only the owner may read it: it holds the passwords of the accounts.
  return [{ path: CONFIG_PATH.slice(1), mode: 0o600, content: Buffer.from(config.text) }];
}

/** What a server presents and trusts, in the same form. */
export function certificateFiles(files: ServerFiles): TarEntry[] {
  return (['certificate', 'key', 'authorities'] as const).map((part) => ({
    path: CERTIFICATE_PATHS[part].slice(1),
    mode: 0o600,
    content: Buffer.from(files[part]),
  }));
}

export function infoOf({ placed }: RunningNode): NodeInfo {
  const { address, cluster, name, client, monitor, listeners } = placed;
  return { address, cluster, name, client, monitor, ...(listeners && { listeners }) };
}
