import type { Observer, PeerReading } from '../../../nats/observer.ts';

/** Whom a node says it is connected with, by routes, leafnode links and gateways; nobody when it does not answer. */
export async function peersOf(observer: Observer, node: string): Promise<PeerReading[]> {
  const [routes, leafnodes, { outbound, inbound }] = await Promise.all([
    observer.routes(node).catch(() => []),
    observer.leafnodes(node).catch(() => []),
    observer.gateways(node).catch(() => ({ outbound: [], inbound: [] })),
  ]);
  return [...routes, ...leafnodes, ...outbound, ...inbound];
}
