import { mayConnectDirectly } from '../../servers/direct-pairs.ts';
import { reportedPeers } from '../../servers/reported-peers.ts';
import type { RunningContainers } from './bring-up.ts';
import { findServiceBypasses } from './service-bypasses.ts';

/**
 * Connections between servers that bypass their proxies: on the other side of every route, leafnode link or gateway
 * connection that a server reports must be the Toxiproxy of its engine, or a server with which it has a direct link. And
 * those of services.
 *
 * @returns one sentence each; empty when every link that has a proxy goes through it
 */
export async function findBypasses(
  up: Pick<RunningContainers, 'nodes' | 'replicas' | 'links' | 'toxiproxies' | 'observer'>,
): Promise<string[]> {
  const { nodes, links, toxiproxies, observer } = up;
  const found = await Promise.all(
    [...nodes.values()].map(async ({ address: node, engine }) => {
      const proxies = toxiproxies.flatMap((one) => (one.engine === engine ? one.ips : []));
      const owners = [...nodes.values()].filter((other) => other.engine === engine);
      const mayConnectTo = (ip: string): boolean => {
        const owner = owners.find(({ server }) => server.plan.networks.some((place) => place.ip === ip));
        return (
          proxies.includes(ip) || (owner !== undefined && mayConnectDirectly(links, node, owner.address))
        );
      };
      const peers = await reportedPeers(observer, node);
      return peers
        .filter(({ ip }) => !mayConnectTo(ip))
        .map(
          ({ name, ip, port }) =>
            `${node} holds a connection to ${name === '' ? 'another server' : name} at ${ip}:${port}, round the proxy`,
        );
    }),
  );
  return [...new Set([...found.flat(), ...(await findServiceBypasses(up))])];
}
