import type { SavedRun } from '../../schema.ts';

type Kind = NonNullable<SavedRun['serverEvents']>['events'][number]['kind'];

/** One sign for each group of events, each with a shape of its own. */
export type Glyph = 'trouble' | 'warning' | 'stop' | 'start' | 'leader' | 'down' | 'up';

const GLYPHS: Readonly<Record<Kind, Glyph>> = {
  quorum: 'trouble',
  store: 'trouble',
  error: 'trouble',
  'slow-consumer': 'warning',
  warning: 'warning',
  stop: 'stop',
  start: 'start',
  leader: 'leader',
  'link-down': 'down',
  'link-up': 'up',
  'catch-up': 'up',
};

/** What the sign means, in the order of the legend. */
export const GLYPH_NAMES: Readonly<Record<Glyph, string>> = {
  trouble: 'error, no quorum, store',
  warning: 'warning, slow consumer',
  down: 'link down',
  up: 'link up, caught up',
  leader: 'leads now',
  stop: 'stops',
  start: 'ready, reloaded',
};

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  quorum: 'no quorum',
  store: 'store',
  error: 'error',
  'slow-consumer': 'slow consumer',
  warning: 'warning',
  stop: 'stops',
  start: 'ready',
  leader: 'leads now',
  'link-down': 'link down',
  'link-up': 'link up',
  'catch-up': 'caught up',
};

export interface EventLane {
  node: string;
  /** `at`: its index in the list of all. */
  events: { at: number; t: number; until: number; glyph: Glyph }[];
}

/** One lane for each server whose log has events. */
export function eventLanes({ serverEvents }: SavedRun): EventLane[] {
  const lanes = new Map<string, EventLane>();
  for (const [at, { node, kind, t, until }] of (serverEvents?.events ?? []).entries()) {
    const lane = lanes.get(node) ?? { node, events: [] };
    lanes.set(node, lane);
    lane.events.push({ at, t, until, glyph: glyphOf(kind) });
  }
  return [...lanes.values()].sort((a, b) => a.node.localeCompare(b.node, 'en', { numeric: true }));
}

export function glyphOf(kind: Kind): Glyph {
  return GLYPHS[kind];
}
