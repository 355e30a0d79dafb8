import type { LinkControl, LinkInfo } from '../drivers/driver.ts';
import type { Milliseconds } from '../support/units.ts';
import type { FaultContext, FaultTarget } from './fault.ts';
import { linkControl } from './powers.ts';

const MEASUREMENTS = 3;
const MEASURING_MS = 100;

/** What can be seen of a set of links from outside. A type alias, because an interface is not assignable to Json. */
export type LinkObservation = {
  links: number;
  /** Links through which a probe got an answer. */
  passing: number;
  /** Measured round trips in ms; null where nothing came back. */
  roundTripMs: Record<string, number | null>;
  /** Connections that the servers themselves report between the two ends, `from > to`. */
  connections: string[];
};

/** Measures every link, and asks the servers at both ends which connections they hold. */
export async function observeLinks(ctx: FaultContext, target: FaultTarget): Promise<LinkObservation> {
  const links = ctx.links.filter((link) => target.links.includes(link.id));
  const control = linkControl(ctx);
  const [trips, connections] = await Promise.all([
    Promise.all(links.map(async (link) => [link.id, await leastRoundTrip(control, link.id)] as const)),
    reportedConnections(ctx, links),
  ]);
  return {
    links: links.length,
    passing: trips.filter(([, ms]) => ms !== null).length,
    roundTripMs: Object.fromEntries(trips),
    connections,
  };
}

/** The least of a few measurements, as a busy moment makes one of them long; slow links are measured once. */
async function leastRoundTrip(control: LinkControl, link: string): Promise<Milliseconds | null> {
  let least = await control.roundTrip(link);
  let spent = least ?? Infinity;
  for (let more = MEASUREMENTS - 1; more > 0 && least !== null && spent < MEASURING_MS; more -= 1) {
    const again = await control.roundTrip(link);
    if (again === null) return null;
    spent += again;
    least = Math.min(least, again);
  }
  return least;
}

async function reportedConnections(ctx: FaultContext, links: LinkInfo[]): Promise<string[]> {
  const ends = [...new Set(links.flatMap((link) => [link.from, link.to]))].filter((end) => end !== 'client');
  const views = await Promise.all(ends.map(async (node) => [node, await peersOf(ctx, node)] as const));
  const found = new Set<string>();
  for (const [node, peers] of views) {
    for (const peer of peers) {
      const other = ctx.nodes.find((n) => n.name === peer)?.address;
      const between = links.some(
        (link) => (link.from === node && link.to === other) || (link.to === node && link.from === other),
      );
      if (other !== undefined && between) found.add([node, other].sort().join(' - '));
    }
  }
  return [...found].sort();
}

/** A server that does not answer reports nothing: a paused or dead node has no connections to show. */
async function peersOf(ctx: FaultContext, node: string): Promise<string[]> {
  const [routes, leafnodes] = await Promise.all([
    ctx.observer.routes(node).catch(() => []),
    ctx.observer.leafnodes(node).catch(() => []),
  ]);
  return [...routes, ...leafnodes].map((peer) => peer.name);
}
