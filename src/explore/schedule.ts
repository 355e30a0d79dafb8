import type { Space, SpaceItem, SpaceSetting } from '../experiment/resolve/space.ts';
import { randomFor, type Random } from '../support/random.ts';
import { UNITS } from '../support/units.ts';
import { between, drawValue, pickByWeight, sampleByWeight } from './values.ts';

/** A fault or an action of one run. Times in ms. */
export interface ScheduledEvent {
  room: SpaceItem['room'];
  kind: string;
  /** Name of the item of the space that it is drawn from. */
  item: string;
  afterMs: number;
  /** All but `kind` and the times, as in a file; of a fault with `for`. */
  fields: Record<string, unknown>;
}

/** What a run has in place of what the experiment and its environment declare. */
export interface Setting extends Pick<SpaceSetting, 'name' | 'of' | 'owner' | 'field'> {
  value: unknown;
}

/** Everything about a run that is drawn. */
export interface Schedule {
  /** By their times. */
  events: ScheduledEvent[];
  settings: Setting[];
}

/** How long an action counts as going on: nobody knows beforehand. */
const ACTION_MS = 1_500;
/** Of the actions, so many begin around a fault. */
const BESIDE_FAULT = 0.6;
/** Of the settings of a space, so many differ in a run. */
const SETTING_SHARE = 1 / 3;
const TRIES = 30;
const GRID_MS = 10;
/** The time before the end of the schedule at which nothing begins any more. */
const LAST_MS = 100;

/** Random numbers of one run: of the seed of the search and the number of the run alone. */
export function randomOfRun(seed: number, number: number, attempt: number): Random {
  return randomFor(seed, `run ${number}${attempt === 0 ? '' : ` attempt ${attempt}`}`);
}

/**
 * A schedule drawn anew: first which faults and actions it has at all, a few of those of the space, and then when and with
 * which values.
 */
export function drawSchedule(space: Space, random: Random): Schedule {
  const items = sampleByWeight(space.items, between(1, space.kinds, random), random);
  const count = Math.max(items.length, between(space.events.from, space.events.to, random));
  const events: ScheduledEvent[] = [];
  for (let n = 0; n < count; n += 1) {
    const item = items[n] ?? pickByWeight(items, random);
    const event = drawEvent(space, item, events, random);
    if (event !== null) events.push(event);
  }
  const settings = space.settings.filter(() => random.next() < SETTING_SHARE);
  return consistent(space, {
    events: byTime(events),
    settings: settings.map((one) => drawSetting(one, random)),
  });
}

/** Workloads that a run is without. */
export function leftOutBy(settings: readonly Setting[]): string[] {
  return settings.filter(({ of }) => of === 'optional').map(({ owner }) => owner);
}

/** The schedule with every workload that its events need, and without what it says of those that are left out. */
export function consistent(space: Space, { events, settings }: Schedule): Schedule {
  const isNeeded = ({ name }: Setting): boolean =>
    space.settings
      .find((one) => one.name === name)
      ?.names?.some((one) => events.some(({ fields }) => isNamedIn(fields, one))) === true;
  const possible = settings.filter((one) => one.of !== 'optional' || !isNeeded(one));
  const absent = leftOutBy(possible);
  return {
    events,
    settings: possible.filter(({ of, owner }) => of !== 'workloads' || !absent.includes(owner)),
  };
}

function isNamedIn(value: unknown, name: string): boolean {
  if (typeof value === 'string') return value === name || value.startsWith(`${name}@`);
  return (
    typeof value === 'object' && value !== null && Object.values(value).some((one) => isNamedIn(one, name))
  );
}

export function drawSetting(setting: SpaceSetting, random: Random): Setting {
  const { name, of, owner, field, values } = setting;
  return { name, of, owner, field, value: drawValue(values, random) };
}

/** @returns null where it finds no place among the others */
export function drawEvent(
  space: Space,
  item: SpaceItem,
  others: readonly ScheduledEvent[],
  random: Random,
): ScheduledEvent | null {
  const { room, kind, name } = item;
  const fields = Object.fromEntries(
    Object.entries(item.fields).map(([field, drawable]) => [field, drawValue(drawable, random)]),
  );
  const event = { room, kind, item: name, afterMs: 0, fields };
  if (room === 'fault') fields['for'] = `${Math.min(lastsMs(event), space.lengthMs)}ms`;
  return placed(space, event, others, random);
}

/** The event at a time at which it overlaps with no more others than may be; null where there is none. */
export function placed(
  space: Space,
  event: ScheduledEvent,
  others: readonly ScheduledEvent[],
  random: Random,
): ScheduledEvent | null {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const at = { ...event, afterMs: drawTime(space, event, others, random) };
    if (fitsAmong(space, at, others)) return at;
  }
  return null;
}

function drawTime(
  { lengthMs }: Space,
  event: ScheduledEvent,
  others: readonly ScheduledEvent[],
  random: Random,
): number {
  const last = Math.max(0, lengthMs - (event.room === 'fault' ? lastsMs(event) : LAST_MS));
  const faults = others.filter(({ room }) => room === 'fault');
  const beside = event.room === 'action' && faults.length > 0 && random.next() < BESIDE_FAULT;
  const [from, to] = beside ? around(random.pick(faults)) : [0, last];
  const exact = from + random.next() * (to - from);
  return Math.min(last, Math.max(0, Math.floor(exact / GRID_MS) * GRID_MS));
}

/** So that what it changes is under way when the fault comes, or while it is in force. */
function around(fault: ScheduledEvent): [number, number] {
  return [fault.afterMs - ACTION_MS / 3, fault.afterMs + lastsMs(fault)];
}

/** From its beginning to its end, as planned. */
export function lastsMs({ room, fields }: Pick<ScheduledEvent, 'room' | 'fields'>): number {
  if (room === 'action') return ACTION_MS;
  return UNITS.duration.parse(String(fields['for']));
}

/** The most events that are going on at one moment, as planned. */
export function mostAtOnce(events: readonly ScheduledEvent[]): number {
  const counts = events.map(
    ({ afterMs: moment }) =>
      events.filter((one) => one.afterMs <= moment && moment < one.afterMs + lastsMs(one)).length,
  );
  return Math.max(0, ...counts);
}

/** Faults on links end, and the next begins, at least this far apart: one that waited comes later than planned. */
const APART_MS = 500;

/** Whether an event may be at its time beside the others: not too many at once, and no two faults on links. */
export function fitsAmong(space: Space, event: ScheduledEvent, others: readonly ScheduledEvent[]): boolean {
  if (mostAtOnce([...others, event]) > space.atOnce) return false;
  const onLinks = ({ item }: ScheduledEvent): boolean =>
    space.items.some(({ name, onLinks: acts }) => name === item && acts);
  if (!onLinks(event)) return true;
  return others
    .filter(onLinks)
    .every(
      (one) =>
        one.afterMs + lastsMs(one) + APART_MS <= event.afterMs ||
        event.afterMs + lastsMs(event) + APART_MS <= one.afterMs,
    );
}

export function byTime(events: readonly ScheduledEvent[]): ScheduledEvent[] {
  return [...events].sort((a, b) => a.afterMs - b.afterMs);
}
