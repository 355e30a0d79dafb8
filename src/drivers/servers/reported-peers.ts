import type { Observer } from '../../nats/monitor/observer.ts';
import type { PeerReading } from '../../nats/monitor/routes.ts';

/**
 * The peers that a node reports: by routes, leafnode links and gateways. Empty when it does not answer: a server that
 * is down or paused has no connection that carries anything.
 */
export async function reportedPeers(observer: Observer, node: string): Promise<PeerReading[]> {
  const [routes, leafnodes, { outbound, inbound }] = await Promise.all([
    observer.routes(node).catch(() => []),
    observer.leafnodes(node).catch(() => []),
    observer.gateways(node).catch(() => ({ outbound: [], inbound: [] })),
  ]);
  return [...routes, ...leafnodes, ...outbound, ...inbound];
}
