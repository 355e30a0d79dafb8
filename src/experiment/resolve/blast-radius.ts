/** The most nodes of a cluster that may be down at once by default: with no more, its raft groups keep a majority. */
export function minorityOf(clusterSize: number): number {
  return Math.max(0, Math.floor((clusterSize - 1) / 2));
}

/**
 * Why so many nodes of one cluster may not be down at once, or null when they may.
 *
 * @param down how many would be down, including those that are down already
 * @param names which ones, as far as that is known
 * @param allowed `maxNodesDown` of the experiment, if it says one
 */
export function blastProblem(
  cluster: { name: string; size: number },
  down: number,
  names: readonly string[],
  allowed: number | undefined,
): string | null {
  if (down <= (allowed ?? minorityOf(cluster.size))) return null;
  const who = names.length === 0 ? '' : ` (${names.join(', ')})`;
  const what = `${down} of ${cluster.size} nodes of ${cluster.name} would be down at once${who}`;
  return allowed === undefined
    ? `${what}, which is more than a minority; where that is meant, say maxNodesDown: ${down} at the top`
    : `${what}; maxNodesDown allows ${allowed}`;
}
