import type { Driver, NodeInfo } from '../drivers/driver.ts';
import type { Milliseconds } from '../support/units.ts';

/** How long to wait for what needs a leader where none can be elected any more. */
const LEADERLESS_MS = 5_000;

/** Nodes that are down and stay down: they have ended, and nobody but this run would start them again. */
export async function lostNodes(driver: Driver): Promise<NodeInfo[]> {
  const { processes } = driver;
  if (driver.startsAlone !== true || !processes) return [];
  const looks = driver.nodes().map(async (node) => ({ node, state: await processes.state(node.address) }));
  // Of one whose state cannot be read nobody can tell.
  return (await Promise.allSettled(looks)).flatMap((look) =>
    look.status === 'fulfilled' && look.value.state === 'down' ? [look.value.node] : [],
  );
}

/** How long waiting can help: without limit, unless a cluster has lost so many nodes that it elects no leader any more. */
export async function patience(driver: Driver): Promise<Milliseconds> {
  const lost = await lostNodes(driver);
  const count = (nodes: readonly NodeInfo[], cluster: string): number =>
    nodes.filter((node) => node.cluster === cluster).length;
  const leaderless = lost.some(({ cluster }) => count(lost, cluster) * 2 >= count(driver.nodes(), cluster));
  return leaderless ? LEADERLESS_MS : Infinity;
}
