import type { Observer } from '../../nats/observer.ts';
import type { LinkInfo, NodeInfo, ProcessState } from '../driver.ts';
import { missingGateways } from './missing-gateways.ts';
import type { Proxies } from './proxies.ts';

export interface MissingInput {
  nodes: readonly Pick<NodeInfo, 'address' | 'name'>[];
  links: readonly LinkInfo[];
  observer: Observer;
  proxies: Pick<Proxies, 'disturbed'>;
  stateOf(node: string): Promise<ProcessState>;
}

/** What keeps the topology from being whole, in words: nodes that do not run, links that are not up. */
export async function missingParts(input: MissingInput): Promise<string[]> {
  const states = await Promise.all(
    input.nodes.map(async (node) => ({ node, state: await input.stateOf(node.address) })),
  );
  const down = states
    .filter(({ state }) => state !== 'running')
    .map(({ node, state }) => `${node.address} is ${state}`);
  const [disturbed, gateways, ...links] = await Promise.all([
    input.proxies.disturbed(),
    missingGateways(input),
    ...input.nodes.map((node) => missingLinks(input, node)),
  ]);
  return [...down, ...disturbed, ...links.flat(), ...gateways];
}

async function missingLinks(input: MissingInput, node: MissingInput['nodes'][number]): Promise<string[]> {
  const dialled = input.links.filter((link) => link.from === node.address);
  const routes = dialled.filter((link) => link.kind === 'route');
  const leafnodes = dialled.filter((link) => link.kind === 'leafnode');
  const nameOf = (address: string): string => input.nodes.find((n) => n.address === address)?.name ?? address;
  const missing: string[] = [];
  if (routes.length > 0) {
    const peers = new Set(
      (await input.observer.routes(node.address).catch(() => [])).map((peer) => peer.name),
    );
    const absent = routes.filter((link) => !peers.has(nameOf(link.to)));
    missing.push(...absent.map((link) => `no route between ${link.from} and ${link.to}`));
  }
  if (leafnodes.length > 0) {
    const peers = (await input.observer.leafnodes(node.address).catch(() => [])).map((peer) => peer.name);
    // A server keeps one connection for each remote it is given, to whichever node of the other side it reaches.
    for (const cluster of new Set(leafnodes.map((link) => link.to.split('/')[0] ?? ''))) {
      const names = leafnodes
        .filter((link) => link.to.startsWith(`${cluster}/`))
        .map((link) => nameOf(link.to));
      if (!peers.some((peer) => names.includes(peer)))
        missing.push(`no leafnode link from ${node.address} to ${cluster}`);
    }
  }
  return missing;
}
