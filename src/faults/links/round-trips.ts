import type { LinkControl } from '../../drivers/driver.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { FaultContext, FaultTarget } from '../fault.ts';
import { observeLinks } from './observe.ts';
import { directionOf } from './inject.ts';

const MEASUREMENTS = 4;
/** After so many a slow link has been measured enough. One alone can have met a busy moment, and then looks like a slow link. */
const FEWEST_MEASUREMENTS = 2;
const MEASURING_MS = 250;
/** No fault slows an answer down for longer than this. */
const TRIP_MS = 5_000;

/** One link, observed from outside. */
type TripView = {
  /** Round trip in ms; null without an answer. */
  tripMs: Milliseconds | null;
  /** Of a link that is affected in one direction: when the server's greeting arrives, which only goes back. */
  greetingMs: Milliseconds | null;
  /** The direction that is affected. */
  direction: 'both' | 'out' | 'back';
  /** Other faults on it at this moment. */
  others: string[];
};

/** Link id → how long data takes. A type alias, because an interface is not assignable to Json. */
export type TripObservation = { [link: string]: TripView };

/** Measures every link. */
export function observeTrips(ctx: FaultContext, target: FaultTarget): Promise<TripObservation> {
  return observeLinks(ctx, target.links, async ({ link, control, others }) => {
    const direction = directionOf(target, link);
    const [tripMs, greetingMs] = await Promise.all([
      leastRoundTrip(control, link),
      direction === 'both' ? null : leastGreeting(control, link),
    ]);
    return { tripMs, greetingMs, direction, others };
  });
}

/**
 * The least of a few measurements, because a busy moment makes a single one too long; of slow links fewer are made.
 *
 * @param measure ms, or null without an answer, which ends it
 */
export async function leastOf(measure: () => Promise<Milliseconds | null>): Promise<Milliseconds | null> {
  // A measurement takes longer than the time that it measures.
  const end = performance.now() + MEASURING_MS;
  let least = Infinity;
  for (let made = 0; made < MEASUREMENTS; made += 1) {
    if (made >= FEWEST_MEASUREMENTS && performance.now() >= end) break;
    const measured = await measure();
    if (measured === null) return null;
    least = Math.min(least, measured);
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
 * Connections that the servers report between the ends of links: `a - b`. A gateway has one connection from each side:
 * `a to b`.
 */
export async function reportedConnections(ctx: FaultContext, ids: readonly string[]): Promise<string[]> {
  const links = ctx.links.filter((link) => ids.includes(link.id));
  const isNode = (end: string): boolean => ctx.nodes.some(({ address }) => address === end);
  const ends = [...new Set(links.flatMap((link) => [link.from, link.to]))].filter(isNode);
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
