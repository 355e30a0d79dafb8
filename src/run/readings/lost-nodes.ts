import type { Driver, NodeInfo } from '../../drivers/driver.ts';
import type { Milliseconds } from '../../support/units.ts';

/** How long to wait for something that needs a leader where none can be elected any more. */
export const LEADERLESS_MS = 5_000;

/** Nodes that are down and stay down: their servers have ended, and only this run could start them again. */
export async function lostNodes(driver: Driver): Promise<NodeInfo[]> {
  const { processes } = driver;
  if (driver.startsAlone !== true || !processes) return [];
  const states = driver.nodes().map(async (node) => ({ node, state: await processes.state(node.address) }));
  // A node whose state cannot be read may be up.
  return (await Promise.allSettled(states)).flatMap((read) =>
    read.status === 'fulfilled' && read.value.state === 'down' ? [read.value.node] : [],
  );
}

/** Whether a replica of a service has ended: only this run could start it again. */
export async function hasLostReplica({ processes, services }: Driver): Promise<boolean> {
  if (!processes || !services) return false;
  const states = services.list().map(({ address }) => processes.state(address));
  return (await Promise.all(states)).includes('down');
}

/** How long waiting can help: without limit, unless a cluster has lost so many nodes that it elects no leader any more. */
export async function waitingBudget(driver: Driver): Promise<Milliseconds> {
  const leaderless = leaderlessClusters(await lostNodes(driver), driver.nodes());
  return leaderless.length > 0 ? LEADERLESS_MS : Infinity;
}

/** Clusters that elect no leader without these nodes. */
export function leaderlessClusters(lost: readonly NodeInfo[], nodes: readonly NodeInfo[]): string[] {
  const count = (some: readonly NodeInfo[], cluster: string): number =>
    some.filter((node) => node.cluster === cluster).length;
  const clusters = [...new Set(lost.map(({ cluster }) => cluster))];
  return clusters.filter((cluster) => count(lost, cluster) * 2 >= count(nodes, cluster));
}
