import type { Space } from '../experiment/resolve/space.ts';
import type { Random } from '../support/random.ts';
import { formatDuration } from '../support/units.ts';
import {
  byTime,
  consistent,
  drawEvent,
  drawSetting,
  lastsMs,
  fitsAmong,
  placed,
  type Schedule,
  type ScheduledEvent,
} from './schedule.ts';
import { pickByWeight, valueText } from './values.ts';

export interface Mutation {
  schedule: Schedule;
  /** How it differs, in words. */
  change: string;
}

interface StepContext {
  space: Space;
  schedule: Schedule;
  others: readonly Schedule[];
  random: Random;
}

/** One step away from a schedule; null where that step cannot be made. */
type Step = (ctx: StepContext) => Mutation | null;

const STEPS: readonly Step[] = [shift, shift, redraw, add, add, drop, splice, splice, setting];
const TRIES = 20;

/**
 * A schedule that differs in one step from one that has shown something new.
 *
 * @param others schedules of other runs that have, for parts of them
 */
export function mutate(
  space: Space,
  schedule: Schedule,
  others: readonly Schedule[],
  random: Random,
): Mutation {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const mutation = random.pick(STEPS)({ space, schedule, others, random });
    if (mutation !== null) return { ...mutation, schedule: consistent(space, mutation.schedule) };
  }
  return { schedule, change: 'the same with another seed' };
}

function shift({ space, schedule, random }: StepContext): Mutation | null {
  if (schedule.events.length === 0) return null;
  const event = random.pick(schedule.events);
  const rest = schedule.events.filter((one) => one !== event);
  const moved = placed(space, event, rest, random);
  if (moved === null || moved.afterMs === event.afterMs) return null;
  const change = `${event.kind} at ${formatDuration(moved.afterMs)} in place of ${formatDuration(event.afterMs)}`;
  return { schedule: { ...schedule, events: byTime([...rest, moved]) }, change };
}

function redraw({ space, schedule, random }: StepContext): Mutation | null {
  if (schedule.events.length === 0) return null;
  const event = random.pick(schedule.events);
  const item = space.items.find(({ name }) => name === event.item);
  if (item === undefined) return null;
  const rest = schedule.events.filter((one) => one !== event);
  const drawn = drawEvent(space, item, rest, random);
  if (drawn === null) return null;
  // The time stays where it can: one step at a time.
  const there = { ...drawn, afterMs: event.afterMs };
  const fits = fitsAmong(space, there, rest) && endsInTime(space, there);
  const events = byTime([...rest, fits ? there : drawn]);
  return { schedule: { ...schedule, events }, change: `${event.kind} with other values` };
}

function endsInTime({ lengthMs }: Space, event: ScheduledEvent): boolean {
  return event.room === 'action' || event.afterMs + lastsMs(event) <= lengthMs;
}

function add({ space, schedule, random }: StepContext): Mutation | null {
  if (space.items.length === 0 || schedule.events.length >= space.events.to) return null;
  const item = pickByWeight(space.items, random);
  const event = drawEvent(space, item, schedule.events, random);
  if (event === null) return null;
  return {
    schedule: { ...schedule, events: byTime([...schedule.events, event]) },
    change: `${event.kind} at ${formatDuration(event.afterMs)} too`,
  };
}

function drop({ schedule, random }: StepContext): Mutation | null {
  if (schedule.events.length < 2) return null;
  const event = random.pick(schedule.events);
  const events = schedule.events.filter((one) => one !== event);
  return {
    schedule: { ...schedule, events },
    change: `without ${event.kind} at ${formatDuration(event.afterMs)}`,
  };
}

/** The beginning of this one and the rest of another. */
function splice({ space, schedule, others, random }: StepContext): Mutation | null {
  if (others.length === 0) return null;
  const cut = Math.floor(random.next() * space.lengthMs);
  const events = schedule.events.filter(({ afterMs }) => afterMs < cut);
  const from = random.pick(others).events.filter(({ afterMs }) => afterMs >= cut);
  let taken = 0;
  for (const event of from) {
    if (events.length >= space.events.to || !fitsAmong(space, event, events)) continue;
    events.push(event);
    taken += 1;
  }
  if (taken === 0) return null;
  return {
    schedule: { ...schedule, events: byTime(events) },
    change: `from ${formatDuration(cut)} on as another run that showed something new`,
  };
}

function setting({ space, schedule, random }: StepContext): Mutation | null {
  if (space.settings.length === 0) return null;
  const one = random.pick(space.settings);
  const rest = schedule.settings.filter(({ name }) => name !== one.name);
  if (rest.length < schedule.settings.length && random.next() < 0.5)
    return { schedule: { ...schedule, settings: rest }, change: `${one.name} as declared` };
  const drawn = drawSetting(one, random);
  return {
    schedule: { ...schedule, settings: [...rest, drawn] },
    change: `${one.name} ${valueText(drawn.value)}`,
  };
}
