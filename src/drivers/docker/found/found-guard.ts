import type { Observer } from '../../../nats/observer.ts';
import type { FoundContainer } from './found-container.ts';
import { peersOf } from './peers.ts';

export interface StrangersInput {
  servers: readonly { address: string; name: string }[];
  observer: Observer;
  /** Every address that any of the containers has had; what is found out is added. */
  addresses: Set<string>;
  readonly inspect: (node: string) => Promise<FoundContainer | null>;
}

/**
 * Connections between nodes by addresses that are not those of containers, in words. Which one has which may change
 * for a moment, while those that were started again get their own back.
 */
export async function findStrangers({
  servers,
  observer,
  addresses,
  inspect,
}: StrangersInput): Promise<string[]> {
  const connections = await Promise.all(
    servers.map(async ({ address }) => {
      const peers = await peersOf(observer, address);
      return peers.flatMap((peer) => {
        const other = servers.find(({ name }) => name === peer.name)?.address;
        return other === undefined ? [] : [{ from: address, to: other, ip: peer.ip }];
      });
    }),
  );
  const isStrange = ({ ip }: { ip: string }): boolean => !addresses.has(ip);
  const strange = connections.flat().filter(isStrange);
  // A container that was started again may have another address until it gets its own back.
  for (const { to } of strange) {
    const seen = await inspect(to);
    for (const { address } of seen?.endpoints ?? []) addresses.add(address);
  }
  return strange
    .filter(isStrange)
    .map(
      ({ from, to, ip }) =>
        `${from} is connected with ${to} by ${ip}, which is no address of these containers`,
    );
}
