import type { Observer } from '../../../nats/observer.ts';
import type { FoundContainer } from './found-container.ts';

export interface StrangersInput {
  servers: readonly { address: string; name: string }[];
  observer: Observer;
  /** Every address that a node's container has had; what is found out is added. */
  addresses: ReadonlyMap<string, Set<string>>;
  readonly inspect: (node: string) => Promise<FoundContainer | null>;
}

/** Connections between nodes by addresses that are not those of their containers, in words. */
export async function findStrangers({
  servers,
  observer,
  addresses,
  inspect,
}: StrangersInput): Promise<string[]> {
  const connections = await Promise.all(
    servers.map(async ({ address }) => {
      const peers = await Promise.all([
        observer.routes(address).catch(() => []),
        observer.leafnodes(address).catch(() => []),
      ]);
      return peers.flat().flatMap((peer) => {
        const other = servers.find(({ name }) => name === peer.name)?.address;
        return other === undefined ? [] : [{ from: address, to: other, ip: peer.ip }];
      });
    }),
  );
  const isStrange = ({ to, ip }: { to: string; ip: string }): boolean => addresses.get(to)?.has(ip) !== true;
  const strange = connections.flat().filter(isStrange);
  // A container that was started again may have another address until it gets its own back.
  for (const { to } of strange) {
    const seen = await inspect(to);
    for (const { address } of seen?.endpoints ?? []) addresses.get(to)?.add(address);
  }
  return strange
    .filter(isStrange)
    .map(
      ({ from, to, ip }) => `${from} is connected with ${to} by ${ip}, which is no address of its container`,
    );
}
