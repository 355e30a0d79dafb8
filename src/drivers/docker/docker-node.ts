import type { NodeInfo } from '../driver.ts';
import type { ConfigChanges } from '../shared/config-changes.ts';
import type { PlacedNode } from '../shared/topology.ts';
import type { DockerNode } from './layout.ts';
import type { ServerContainer } from './server-container.ts';
import type { TarEntry } from './tarball.ts';

/** Where in a container things are. */
export const CONFIG_PATH = '/nats-chaos/server.conf';
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

/** The configuration as a file of an archive that is unpacked at `/`; folders above it come by themselves. */
export function configFile(config: ConfigChanges): TarEntry[] {
  // Only the owner may read it: it holds the passwords of the accounts.
  return [{ path: CONFIG_PATH.slice(1), mode: 0o600, content: Buffer.from(config.text) }];
}

export function infoOf({ placed: { address, cluster, name, client, monitor } }: RunningNode): NodeInfo {
  return { address, cluster, name, client, monitor };
}
