import type { Observer } from '../../nats/monitor/observer.ts';
import type { NodeInfo, ProcessState } from '../driver.ts';
import type { DeclaredLink } from '../every-link.ts';
import { missingGateways } from './missing-gateways.ts';
import { clusterOf } from './topology.ts';
import type { Proxies } from '../links/proxies.ts';

export interface MissingInput {
  nodes: readonly Pick<NodeInfo, 'address' | 'name'>[];
  links: readonly DeclaredLink[];
  observer: Observer;
  proxies: Pick<Proxies, 'disturbed'>;
  stateOf(node: string): Promise<ProcessState>;
  /** Nodes that need not run, and whose links need not be up. */
  except?: ReadonlySet<string> | undefined;
}

/** What the topology lacks, in words: nodes that do not run, links that are not up. */
export async function missingParts(given: MissingInput): Promise<string[]> {
  const input = withoutExcepted(given);
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

function withoutExcepted(input: MissingInput): MissingInput {
  const { except } = input;
  if (except === undefined || except.size === 0) return input;
  return {
    ...input,
    nodes: input.nodes.filter(({ address }) => !except.has(address)),
    links: input.links.filter(({ from, to }) => !except.has(from) && !except.has(to)),
  };
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
    const peers = await input.observer.leafnodes(node.address).catch(() => []);
    // A server keeps one connection for each configured remote, to any node of the other side.
    const remotes = new Map(leafnodes.map((link) => [`${clusterOf(link.to)} ${link.account ?? ''}`, link]));
    for (const { to, account } of remotes.values()) {
      const cluster = clusterOf(to);
      const names = leafnodes
        .filter((link) => link.to.startsWith(`${cluster}/`))
        .map((link) => nameOf(link.to));
      const isUp = peers.some(
        (peer) => names.includes(peer.name) && (account === undefined || peer.account === account),
      );
      if (isUp) continue;
      const which = account === undefined ? '' : ` of account ${account}`;
      missing.push(`no leafnode link${which} from ${node.address} to ${cluster}`);
    }
  }
  return missing;
}
