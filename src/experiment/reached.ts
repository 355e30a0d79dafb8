import type { Inventory } from './inventory.ts';

/** The clusters that a chain of links of these kinds joins with one, itself included; a leafnode link carries one account. */
export function clustersReached(
  from: string,
  kinds: readonly string[],
  inventory: Inventory,
  account?: string,
): Set<string> {
  const links = inventory.links.filter(
    (link) => kinds.includes(link.kind) && (link.kind === 'gateway' || link.account === account),
  );
  const reached = new Set([from]);
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    for (const { clusters } of links) {
      if (clusters.some((cluster) => reached.has(cluster)))
        clusters.forEach((cluster) => reached.add(cluster));
    }
  }
  return reached;
}

/** The clusters of one super-cluster, sorted, as far as they exist; one without gateways is alone. */
export function superClusterOf(cluster: string, inventory: Inventory): string[] {
  const reached = clustersReached(cluster, ['gateway'], inventory);
  return [...reached].filter((name) => inventory.clusters.has(name)).sort();
}
