import type { Observer } from '../../nats/observer.ts';

/**
 * Connections between servers that go round their proxies: whatever a server reports as a route, a leafnode link
 * or a gateway connection has Toxiproxy on its other side, or is not under control.
 *
 * @returns one sentence each; empty when every link goes through its proxy
 */
export async function findBypasses(
  nodes: readonly string[],
  toxiproxyIps: readonly string[],
  observer: Observer,
): Promise<string[]> {
  const found = await Promise.all(
    nodes.map(async (node) => {
      const [routes, leafnodes, gateways] = await Promise.all([
        // A server that is down or frozen reports nothing, and holds nothing that moves.
        observer.routes(node).catch(() => []),
        observer.leafnodes(node).catch(() => []),
        observer.gateways(node).catch(() => ({ outbound: [], inbound: [] })),
      ]);
      return [...routes, ...leafnodes, ...gateways.outbound, ...gateways.inbound]
        .filter(({ ip }) => !toxiproxyIps.includes(ip))
        .map(
          ({ name, ip, port }) =>
            `${node} holds a connection to ${name === '' ? 'another server' : name} at ${ip}:${port}, round the proxy`,
        );
    }),
  );
  return [...new Set(found.flat())];
}
