import type { Observer } from '../../../nats/monitor/observer.ts';
import type { AttachedContainer } from './attached-container.ts';
import { reportedPeers } from '../../servers/reported-peers.ts';

export interface ForeignConnectionsInput {
  servers: readonly { address: string; name: string }[];
  observer: Observer;
  /** Every address that any of the containers has had; newly observed ones are added. */
  addresses: Set<string>;
  readonly inspect: (node: string) => Promise<AttachedContainer | null>;
}

/**
 * Connections between nodes that use other addresses than the containers', in words. A restarted container may have
 * another container's address for a moment, until it gets its own back.
 */
export async function findForeignConnections({
  servers,
  observer,
  addresses,
  inspect,
}: ForeignConnectionsInput): Promise<string[]> {
  const connections = await Promise.all(
    servers.map(async ({ address }) => {
      const peers = await reportedPeers(observer, address);
      return peers.flatMap((peer) => {
        const other = servers.find(({ name }) => name === peer.name)?.address;
        return other === undefined ? [] : [{ from: address, to: other, ip: peer.ip }];
      });
    }),
  );
  const isForeign = ({ ip }: { ip: string }): boolean => !addresses.has(ip);
  const foreign = connections.flat().filter(isForeign);
  // A container that was started again may have another address until it gets its own back.
  for (const { to } of foreign) {
    const seen = await inspect(to);
    for (const { address } of seen?.endpoints ?? []) addresses.add(address);
  }
  return foreign
    .filter(isForeign)
    .map(
      ({ from, to, ip }) =>
        `${from} is connected with ${to} by ${ip}, which is no address of these containers`,
    );
}
