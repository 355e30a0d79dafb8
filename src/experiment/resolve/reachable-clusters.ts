import type { Inventory } from './inventory.ts';

/**
 * The clusters that one cluster reaches over links of these kinds, itself included. A leafnode link carries one account.
 */
export function clustersReachable(
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

/** The existing clusters of the super-cluster of one cluster, sorted; without gateways, only the cluster itself. */
export function superClusterOf(cluster: string, inventory: Inventory): string[] {
  const reached = clustersReachable(cluster, ['gateway'], inventory);
  return [...reached].filter((name) => inventory.clusters.has(name)).sort();
}

/** Every super-cluster of several clusters, each as its sorted members. */
export function superClusters(inventory: Inventory): string[][] {
  return [...inventory.clusters.keys()].flatMap((cluster) => {
    const members = superClusterOf(cluster, inventory);
    // Each is found from each of its clusters: the first of them stands for it.
    return members.length > 1 && members[0] === cluster ? [members] : [];
  });
}
