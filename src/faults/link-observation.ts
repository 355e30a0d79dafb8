import type { LinkControl } from '../drivers/driver.ts';
import type { Milliseconds } from '../support/units.ts';
import type { FaultContext, FaultTarget } from './fault.ts';
import { lookAt } from './link-look.ts';
import { wayOf } from './link-strike.ts';

const MEASUREMENTS = 3;
const MEASURING_MS = 100;
/** Nothing is slowed down so much that it would not answer by then. */
const TRIP_MS = 5_000;

/** One link, as it looks from outside. */
type TripView = {
  /** Round trip in ms; null where nothing came back. */
  tripMs: Milliseconds | null;
  /** Of a link that is struck one way: how late the server's greeting arrives, which goes back only. */
  greetingMs: Milliseconds | null;
  /** Whether it is the way back that is struck, or the way out, or both. */
  way: 'both' | 'out' | 'back';
  /** Other faults that hold it at this moment. */
  others: string[];
};

/** Link id → how long data takes. A type alias, because an interface is not assignable to Json. */
export type TripObservation = { [link: string]: TripView };

/** Measures every link. */
export function observeTrips(ctx: FaultContext, target: FaultTarget): Promise<TripObservation> {
  return lookAt(ctx, target.links, async ({ link, control, others }) => {
    const way = wayOf(target, link);
    const [tripMs, greetingMs] = await Promise.all([
      leastRoundTrip(control, link),
      way === 'both' ? null : leastGreeting(control, link),
    ]);
    return { tripMs, greetingMs, way, others };
  });
}

/** The least of a few measurements, as a busy moment makes one of them long; slow links are measured once. */
async function leastOf(measure: () => Promise<Milliseconds | null>): Promise<Milliseconds | null> {
  // What is measured is only a part of the time that a measurement takes.
  const end = performance.now() + MEASURING_MS;
  let least = await measure();
  for (let more = MEASUREMENTS - 1; more > 0 && least !== null && performance.now() < end; more -= 1) {
    const again = await measure();
    if (again === null) return null;
    least = Math.min(least, again);
  }
  return least;
}

function leastRoundTrip(control: LinkControl, link: string): Promise<Milliseconds | null> {
  return leastOf(() => control.roundTrip(link, TRIP_MS));
}

function leastGreeting(control: LinkControl, link: string): Promise<Milliseconds | null> {
  return leastOf(async () => (await control.probe.greeting(link, TRIP_MS)).firstMs);
}

/**
 * Connections that the servers report between the ends of links: `a - b`, and for gateways, where each server has its
 * own to the other cluster, `a to b`.
 */
export async function reportedConnections(ctx: FaultContext, ids: readonly string[]): Promise<string[]> {
  const links = ctx.links.filter((link) => ids.includes(link.id));
  const ends = [...new Set(links.flatMap((link) => [link.from, link.to]))].filter((end) => end !== 'client');
  const views = await Promise.all(ends.map((node) => connectionsOf(ctx, node)));
  const between = views
    .flat()
    .filter(({ ends: [one, other] }) =>
      links.some(({ from, to }) => (from === one && to === other) || (to === one && from === other)),
    );
  return [...new Set(between.map(({ text }) => text))].sort();
}

interface Connection {
  ends: [string, string];
  text: string;
}

/** A server that does not answer reports nothing: a paused or dead node has no connections to show. */
async function connectionsOf(ctx: FaultContext, node: string): Promise<Connection[]> {
  const [routes, leafnodes, gateways] = await Promise.all([
    ctx.observer.routes(node).catch(() => []),
    ctx.observer.leafnodes(node).catch(() => []),
    ctx.observer.gateways(node).catch(() => ({ outbound: [], inbound: [] })),
  ]);
  const addressesOf = (peers: readonly { name: string }[]): string[] =>
    peers.flatMap(({ name }) => ctx.nodes.find((one) => one.name === name)?.address ?? []);
  return [
    ...addressesOf([...routes, ...leafnodes]).map((other) => connection(node, other, ' - ')),
    ...addressesOf(gateways.outbound).map((other) => connection(node, other, ' to ')),
    ...addressesOf(gateways.inbound).map((other) => connection(other, node, ' to ')),
  ];
}

function connection(from: string, to: string, by: ' - ' | ' to '): Connection {
  return { ends: [from, to], text: (by === ' - ' ? [from, to].sort() : [from, to]).join(by) };
}
