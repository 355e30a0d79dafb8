import type { LinkEffect, Passage, LinkDirection } from '../../drivers/driver.ts';
import type { FaultContext, FaultTarget, Proof } from '../fault.ts';
import type { CutMode } from '../fields.ts';
import { observeLinks } from './observe.ts';
import { reportedConnections } from './round-trips.ts';
import { releaseOf, injectIntoLinks, directionOf } from './inject.ts';

/** One link, observed from outside. */
type LinkView = Passage & {
  /** The direction that the fault affects. */
  direction: LinkDirection;
  /** Other faults on it at this moment: with one, it need not pass once this fault is removed. */
  others: string[];
};

/** What is observed of links that are cut. A type alias, because an interface is not assignable to Json. */
export type CutObservation = {
  links: Record<string, LinkView>;
  /** Connections that the servers themselves report between the two ends, `a - b`; for gateways `a to b`. */
  connections: string[];
};

/** What all faults that cut links have in common; they differ in the links that they cut. */
export const cutting = {
  requires: ['links'] as const,
  observe: observeCut,
  vacuous: (before: CutObservation): string | null =>
    views(before).some(passes)
      ? null
      : 'no link between the two sides let anything through even before the cut',
  undo: releaseOf,
  effect,
  inject: (ctx: FaultContext, target: FaultTarget, options: { mode: CutMode }): Promise<void> =>
    injectIntoLinks(ctx, target, effect(options)),
  inForce: (before: CutObservation, now: CutObservation, { mode }: { mode: CutMode }): Proof =>
    mode === 'reset' ? resetInForce(before, now) : blackholeInForce(now),
  removed: cutRemoved,
};

function effect({ mode }: { mode: CutMode }): LinkEffect {
  return { kind: mode === 'reset' ? 'cut' : 'blackhole' };
}

/** Tries every link, and asks the servers at both ends for their connections. */
async function observeCut(ctx: FaultContext, target: FaultTarget): Promise<CutObservation> {
  const [links, connections] = await Promise.all([
    observeLinks(ctx, target.links, async ({ link, control, others, withinMs }) => ({
      ...(await control.probe.passage(link, withinMs)),
      direction: directionOf(target, link),
      others,
    })),
    reportedConnections(ctx, target.links),
  ]);
  return { links, connections };
}

function resetInForce(before: CutObservation, now: CutObservation): Proof {
  const open = views(now).filter((view) => view.opens).length;
  const proven = open === 0 && now.connections.length === 0;
  return {
    proven,
    statement: proven
      ? `none of ${views(now).length} links can be connected through, and the servers report no connection between the sides (${before.connections.length} before)`
      : `${open} of ${views(now).length} links can still be connected through; connections reported: ${now.connections.join(', ') || 'none'}`,
  };
}

function blackholeInForce(now: CutObservation): Proof {
  const unlike = views(now).filter((view) => !isBlackhole(view)).length;
  const oneWay = views(now).some((view) => view.direction !== 'both');
  const through = oneWay ? 'in the direction that is cut, and all in the other' : 'in either direction';
  return {
    proven: unlike === 0,
    statement:
      unlike === 0
        ? `connections through ${views(now).length} links ${views(now).some((view) => view.hangs) ? 'hang' : 'open'}, and nothing passes ${through}; the servers report ${now.connections.length} connections between the sides`
        : `${unlike} of ${views(now).length} links do not behave like a black hole`,
  };
}

/** The connection stays open; only the direction that is not cut passes, unless another fault is on the link. */
function isBlackhole({ direction, opens, hangs, out, back, others }: LinkView): boolean {
  const shared = others.length > 0;
  if (direction === 'both') return (opens || hangs === true || shared) && !out && !back;
  return direction === 'out' ? !out && (back || shared) : !back && (out || shared);
}

function cutRemoved(before: CutObservation, now: CutObservation): Proof {
  const owed = Object.entries(before.links).filter(([, view]) => passes(view));
  const back = owed.filter(([link]) => passes(now.links[link])).length;
  const held = owed.flatMap(([link]) => {
    const view = now.links[link];
    return view === undefined || passes(view) ? [] : view.others;
  });
  const missing = owed.filter(([link]) => {
    const view = now.links[link];
    return !passes(view) && view?.others.length === 0;
  }).length;
  const holders = [...new Set(held)].sort().join(', ');
  return {
    proven: missing === 0,
    statement: `${back} of ${views(now).length} links let data through again (${owed.length} before the fault)${holders === '' ? '' : `; the others are still held by ${holders}`}`,
  };
}

function passes(view: LinkView | undefined): boolean {
  return view?.out === true && view.back;
}

function views(observation: CutObservation): LinkView[] {
  return Object.values(observation.links);
}
