import type { GatewaysReading } from '../../nats/monitor/gateways.ts';
import type { Observer } from '../../nats/monitor/observer.ts';
import type { LinkInfo, NodeInfo } from '../driver.ts';
import { clusterOf } from './topology.ts';

interface Input {
  nodes: readonly Pick<NodeInfo, 'address' | 'name'>[];
  links: readonly LinkInfo[];
  observer: Observer;
}

/**
 * Missing gateway connections, in words. Each server has one to each other cluster, with any node of that cluster; it
 * counts when both ends report it.
 */
export async function missingGateways({ nodes, links, observer }: Input): Promise<string[]> {
  const dialled = links.filter((link) => link.kind === 'gateway');
  const ends = nodes.filter(({ address }) => dialled.some((link) => link.from === address));
  const readings = new Map(
    await Promise.all(
      ends.map(async ({ address }) => {
        const reading = await observer.gateways(address).catch((): GatewaysReading | null => null);
        return [address, reading] as const;
      }),
    ),
  );
  return ends.flatMap(({ address, name }) => {
    const targets = dialled.filter((link) => link.from === address).map((link) => link.to);
    return [...new Set(targets.map(clusterOf))].flatMap((cluster) => {
      if (readings.get(address)?.outbound.some((peer) => peer.cluster === cluster) !== true)
        return [`no gateway connection from ${address} to ${cluster}`];
      const arrived = targets
        .filter((target) => clusterOf(target) === cluster)
        .some((target) => readings.get(target)?.inbound.some((peer) => peer.name === name));
      return arrived ? [] : [`no node of ${cluster} reports the gateway connection from ${address}`];
    });
  });
}
