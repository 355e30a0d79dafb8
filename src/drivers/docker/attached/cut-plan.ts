/** A network as far as nodes are in it. */
export interface NetworkMembers {
  name: string;
  /** Nothing outside the engine is reached through it, and no port is published by it. */
  internal: boolean;
  /** Node → whether its address there is fixed. */
  nodes: ReadonlyMap<string, { pinned: boolean }>;
  /** Names of other containers in it. */
  others: readonly string[];
}

/** The two nodes of a link. */
export interface Ends {
  from: string;
  to: string;
}

/** Which nodes are to be disconnected from which network. */
export type Severance = { network: string; nodes: string[] };

/**
 * How to cut exactly these links, and no others, by disconnecting nodes from networks.
 *
 * @returns what to disconnect, or in words why that would cut too much, or could not be undone exactly
 */
export function severancesFor(
  affected: readonly Ends[],
  networks: readonly NetworkMembers[],
): Severance[] | string {
  const pairs = new Set(affected.flatMap(({ from, to }) => [`${from} ${to}`, `${to} ${from}`]));
  const joins = (network: NetworkMembers, a: string, b: string): boolean =>
    network.nodes.has(a) && network.nodes.has(b);
  const joining = networks.filter((network) => affected.some(({ from, to }) => joins(network, from, to)));
  if (joining.length === 0) return 'no network of the engine joins the two sides';
  const remaining = networks.filter((network) => !joining.includes(network));
  const severances: Severance[] = [];
  for (const network of joining) {
    const sides = [affected.map(({ from }) => from), affected.map(({ to }) => to)];
    const reasons: string[] = [];
    for (const side of sides) {
      const nodes = [...new Set(side)].filter((node) => network.nodes.has(node)).sort();
      const reason = reasonAgainst(nodes, network, (a, b) => {
        if (pairs.has(`${a} ${b}`)) return true;
        return remaining.some((other) => joins(other, a, b));
      });
      if (reason === null) {
        severances.push({ network: network.name, nodes });
        break;
      }
      reasons.push(reason);
    }
    if (reasons.length === sides.length) return reasons[0] ?? '';
  }
  return severances;
}

/** @param mayPart whether two nodes may lose this network: their links are to be cut, or they share another one */
function reasonAgainst(
  nodes: readonly string[],
  network: NetworkMembers,
  mayPart: (a: string, b: string) => boolean,
): string | null {
  const { name } = network;
  if (!network.internal) return `the network ${name} is not internal: published ports go through it`;
  if (network.others.length > 0) return `${network.others.join(', ')} are in the network ${name} too`;
  for (const node of nodes) {
    if (network.nodes.get(node)?.pinned !== true)
      return `the address of ${node} in the network ${name} is not fixed, so the engine might give it another`;
    const left = [...network.nodes.keys()].find((other) => other !== node && !mayPart(node, other));
    if (left !== undefined) return `${node} has no other network than ${name} to reach ${left}`;
  }
  return null;
}
