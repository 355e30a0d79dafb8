import { LEFT_OUT, type Space, type SpaceItem } from '../experiment/resolve/space.ts';
import { RECOVERY, SCHEDULE } from '../experiment/resolve/space-samples.ts';
import { isObject, type Document, type Pair } from '../reduce/pair.ts';
import { withoutNamed } from '../reduce/parts.ts';
import { exactDuration, UNITS } from '../support/units.ts';
import { leftOutBy, type Schedule, type ScheduledEvent, type Setting } from './schedule.ts';

/** What is the same in every run of a search. */
export interface RunTemplate {
  space: Space;
  /** The experiment without `explore`, and its environment. */
  pair: Pair;
  /** Requested nats-server: it is written into every file, so that the file alone repeats the run. */
  nats?: string | undefined;
}

/** How long what changes something back before the recovery may take. */
const BACK_WITHIN = '20s';

/** The experiment and the environment of one run, as any other experiment has them. */
export function pairOfRun(template: RunTemplate, schedule: Schedule, name: string, seed: number): Pair {
  const { space, nats } = template;
  const pair = withSettings(template.pair, schedule.settings);
  const { experiment, environment } = pair;
  const faults = schedule.events.filter(({ room }) => room === 'fault').map(faultItem);
  const actions = schedule.events.filter(({ room }) => room === 'action').map(actionItem);
  const back = changedBack(schedule, environment);
  const method = [
    {
      phase: SCHEDULE,
      for: `${space.lengthMs}ms`,
      // What has been drawn is to be done: an upgrade of a cluster takes longer than anybody can plan.
      ...(actions.length === 0 ? {} : { grace: exactDuration(graceMs(space.lengthMs)) }),
      ...(faults.length === 0 ? {} : { faults }),
      ...(actions.length === 0 ? {} : { actions }),
    },
    {
      phase: RECOVERY,
      ...(back.length === 0 ? {} : { actions: back }),
      until: 'steady',
      within: `${space.recoveryMs}ms`,
    },
  ];
  const rest = without(experiment, ['tags']);
  const probes = withObservations(rest['probes'], environment);
  return {
    experiment: {
      ...rest,
      name,
      title: `${String(rest['title'])} (seed ${seed})`.slice(0, 300),
      ...(nats === undefined ? {} : { nats }),
      ...(probes.length === 0 ? {} : { probes }),
      method,
    },
    environment,
  };
}

/** How much longer than planned a schedule may last while its actions are not over: a run has a time limit too. */
function graceMs(lengthMs: number): number {
  return Math.min(60_000, Math.max(30_000, 3 * lengthMs));
}

function without(document: Document, fields: readonly string[]): Document {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !fields.includes(field)));
}

/** A fault that meets another waits for it: its place in the schedule is planned, and nodes are free when they are. */
function faultItem({ kind, afterMs, fields }: ScheduledEvent): Document {
  return {
    kind,
    ...fields,
    after: `${afterMs}ms`,
    onConflict: fields['onConflict'] ?? 'wait',
    maySkip: true,
  };
}

function actionItem({ kind, afterMs, fields }: ScheduledEvent): Document {
  return { kind, ...fields, after: `${afterMs}ms`, mayFail: true };
}

function withSettings({ experiment, environment }: Pair, settings: readonly Setting[]): Pair {
  const pair = withoutWorkloads({ experiment, environment }, leftOutBy(settings));
  for (const { of, owner, field, value } of settings) {
    if (of === 'optional') continue;
    const holder = mapIn(mapIn(of === 'workloads' ? pair.experiment : pair.environment, of), owner);
    holder[field] = value;
    if (of === 'streams' && field === 'replicas' && typeof value === 'number')
      demandAtMost(pair.experiment, owner, value);
  }
  return pair;
}

/** The pair without these workloads, and without consumers that no other one reads. */
function withoutWorkloads(pair: Pair, names: readonly string[]): Pair {
  const consumerOf = (name: string): unknown => mapIn(mapIn(pair.experiment, 'workloads'), name)['consumer'];
  const others = Object.keys(mapIn(pair.experiment, 'workloads')).filter((name) => !names.includes(name));
  const consumers = names
    .map(consumerOf)
    .filter((one) => typeof one === 'string' && !others.map(consumerOf).includes(one)) as string[];
  return withoutNamed(pair, [
    ...names.map((name) => ['experiment', 'workloads', name]),
    ...consumers.map((name) => ['environment', 'consumers', name]),
  ]);
}

/** The steady state demands no more replicas of a stream than the run gives it. */
function demandAtMost(experiment: Document, stream: string, replicas: number): void {
  const { steadyState } = experiment;
  if (!Array.isArray(steadyState)) return;
  for (const item of steadyState as unknown[]) {
    if (!isObject(item) || Array.isArray(item)) continue;
    const one = item as Document;
    if (one['kind'] !== 'replicas-current' || one['stream'] !== stream) continue;
    for (const limit of ['min', 'equals'])
      if (typeof one[limit] === 'number') one[limit] = Math.min(one[limit], replicas);
  }
}

function mapIn(holder: Document, key: string): Document {
  const value = holder[key];
  return isObject(value) && !Array.isArray(value) ? (value as Document) : {};
}

/** Steps that bring back what actions have changed, so that the steady state can come back at all. */
function changedBack({ events }: Schedule, environment: Document): Document[] {
  const streams = mapIn(environment, 'streams');
  const steps = events.flatMap(({ kind, fields }): Document[] => {
    if (kind === 'scale-replicas') {
      const { replicas } = mapIn(streams, String(fields['stream']));
      const before = typeof replicas === 'number' ? replicas : 1;
      return [{ kind, stream: fields['stream'], replicas: before, within: BACK_WITHIN }];
    }
    if (kind === 'remove-node') return [{ kind: 'add-node', node: fields['node'], within: BACK_WITHIN }];
    if (kind === 'pause-workload') return [{ kind: 'resume-workload', workload: fields['workload'] }];
    if (kind === 'pause-consumer') return [{ kind: 'resume-consumer', consumer: fields['consumer'] }];
    return [];
  });
  const once = new Map(steps.map((step) => [JSON.stringify(step), { ...step, mayFail: true }]));
  return [...once.values()];
}

/** Readings that show whether a run did something new: leaders, replicas and mirrors of every stream. */
function withObservations(declared: unknown, environment: Document): unknown[] {
  const own: unknown[] = Array.isArray(declared) ? declared : [];
  const more = Object.entries(mapIn(environment, 'streams')).flatMap(([stream, settings]) => [
    { kind: 'stream-leader', stream },
    { kind: 'replicas-current', stream },
    ...(isObject(settings) && 'mirror' in settings ? [{ kind: 'mirror-state', stream }] : []),
  ]);
  const known = new Set(own.map((one) => JSON.stringify(one)));
  return [...own, ...more.filter((one) => !known.has(JSON.stringify(one)))];
}

/** What was drawn of a run, as its files say it: they are all that a mutation of it needs. */
export function scheduleOf({ space, pair: base }: RunTemplate, pair: Pair): Schedule {
  const { method } = pair.experiment;
  const first: unknown = Array.isArray(method) ? (method as unknown[])[0] : undefined;
  const listed = (list: string): Document[] => {
    const items = isObject(first) ? (first as Document)[list] : undefined;
    return Array.isArray(items) ? (items as Document[]) : [];
  };
  const events = [
    ...listed('faults').flatMap((item) => eventOf(item, 'fault', space)),
    ...listed('actions').flatMap((item) => eventOf(item, 'action', space)),
  ].sort((a, b) => a.afterMs - b.afterMs);
  const settings = space.settings.flatMap(({ name, of, owner, field }): Setting[] => {
    const isThere = of === 'streams' || owner in mapIn(pair.experiment, 'workloads');
    if (of === 'optional') return isThere ? [] : [{ name, of, owner, field, value: LEFT_OUT }];
    if (!isThere) return [];
    const holder = (one: Pair): unknown =>
      mapIn(mapIn(of === 'workloads' ? one.experiment : one.environment, of), owner)[field];
    const value = holder(pair);
    return JSON.stringify(value) === JSON.stringify(holder(base)) ? [] : [{ name, of, owner, field, value }];
  });
  return { events, settings };
}

function eventOf(item: Document, room: SpaceItem['room'], space: Space): ScheduledEvent[] {
  const { kind, after } = item;
  const given = without(item, ['kind', 'after', 'mayFail', 'maySkip']);
  const items = space.items.filter((one) => one.room === room && one.kind === kind);
  const fitting = items.find((one) => fits(one, given)) ?? items[0];
  if (fitting === undefined) return [];
  const { onConflict, ...rest } = given;
  const fields = 'onConflict' in fitting.fields ? { ...rest, onConflict } : rest;
  return [
    {
      ...{ room, kind: fitting.kind, item: fitting.name, fields },
      afterMs: UNITS.duration.parse(String(after)),
    },
  ];
}

/** Whether a value of each field of the item could be this one. */
function fits({ fields }: SpaceItem, given: Document): boolean {
  const names = Object.keys(given).filter((name) => name !== 'onConflict');
  return names.every((name) => {
    const drawable = fields[name];
    if (drawable === undefined) return false;
    if (!('values' in drawable)) return true;
    return drawable.values.some((value) => JSON.stringify(value) === JSON.stringify(given[name]));
  });
}
