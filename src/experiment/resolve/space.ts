import { faults } from '../../faults/index.ts';
import { alternativeOf, type JsonSchema } from '../schema/json-schema.ts';
import { durationOf, entriesOf, field, itemsOf, numberOf, textOf, textsOf } from '../source/lenient.ts';
import { child, type Pointer } from '../source/pointer.ts';
import { UNITS } from '../../support/units.ts';
import { drawableOf, type Drawable } from './drawable.ts';

/** What `explore` of an experiment describes. Times in ms. */
export interface Space {
  lengthMs: number;
  events: { from: number; to: number };
  kinds: number;
  atOnce: number;
  recoveryMs: number;
  items: SpaceItem[];
  settings: SpaceSetting[];
}

/** A fault or an action that runs may have. */
export interface SpaceItem {
  room: 'fault' | 'action';
  kind: string;
  /** `fault kill`, and of several of a kind `fault kill 2`: unique within the space. */
  name: string;
  weight: number;
  /** It acts on links: beside another such fault it could not be proven. */
  onLinks: boolean;
  fields: Record<string, Drawable>;
  at: Pointer;
}

/** A field of a workload or a stream that runs may have another value of, or a workload that they may be without. */
export interface SpaceSetting {
  /** `publish rate`, `z/orders replicas`, `consume`: unique within the space. */
  name: string;
  of: 'workloads' | 'streams' | 'optional';
  owner: string;
  /** Empty for a workload that runs may be without. */
  field: string;
  values: Drawable;
  at: Pointer;
  /** What is not there without an optional workload: its own name, and its consumer. */
  names?: string[];
}

export interface SpaceSchemas {
  experiment: JsonSchema;
  environment: JsonSchema;
}

/** What a run has in place of a workload that it is without. */
export const LEFT_OUT = 'left out';

/** Where a file leaves them out. */
const FAULT_LASTS: Drawable = { unit: 'duration', from: 300, to: 3_000, texts: ['300ms', '3s'] };
const ACTION_WITHIN: Drawable = { values: ['20s'] };

/** The space of a file, as far as it can be read: what is wrong with it is said elsewhere. */
export function spaceOf(experiment: unknown, schemas: SpaceSchemas): Space {
  const explore = field(experiment, 'explore');
  const weights = field(explore, 'weights');
  const events = drawableOf({ type: 'integer' }, field(explore, 'events') ?? '2..6');
  const seen = new Map<string, number>();
  const itemsIn = (room: SpaceItem['room']): SpaceItem[] =>
    itemsOf(field(explore, `${room}s`)).flatMap((item, i) => {
      const kind = textOf(field(item, 'kind'));
      const schema = alternativeOf(schemaOf(room, schemas), item);
      if (kind === undefined || schema === undefined) return [];
      const nth = (seen.get(`${room} ${kind}`) ?? 0) + 1;
      seen.set(`${room} ${kind}`, nth);
      return [
        {
          ...{ room, kind, name: `${room} ${kind}${nth === 1 ? '' : ` ${nth}`}` },
          weight: numberOf(field(weights, kind)) ?? 1,
          onLinks: room === 'fault' && actsOnLinks(kind),
          fields: fieldsOf(item, schema, room),
          at: `/explore/${room}s/${i}`,
        },
      ];
    });
  return {
    lengthMs: duration(field(explore, 'length'), '8s'),
    events:
      'values' in events
        ? { from: numberOf(events.values[0]) ?? 2, to: numberOf(events.values[0]) ?? 6 }
        : { from: events.from, to: events.to },
    kinds: numberOf(field(explore, 'kinds')) ?? 3,
    atOnce: numberOf(field(explore, 'atOnce')) ?? 2,
    recoveryMs: duration(field(explore, 'recovery'), '60s'),
    items: [...itemsIn('fault'), ...itemsIn('action')],
    settings: settingsOf(experiment, schemas),
  };
}

function duration(value: unknown, otherwise: string): number {
  return durationOf(value) ?? UNITS.duration.parse(otherwise);
}

function actsOnLinks(kind: string): boolean {
  return faults.find((one) => one.kind === kind)?.mayTouch !== undefined;
}

function schemaOf(room: SpaceItem['room'], { experiment }: SpaceSchemas): JsonSchema {
  return experiment.properties?.['method']?.items?.properties?.[`${room}s`]?.items ?? {};
}

function fieldsOf(item: unknown, schema: JsonSchema, room: SpaceItem['room']): Record<string, Drawable> {
  const given = entriesOf(item).filter(([name]) => name !== 'kind');
  const fields = given.map(([name, value]) => [name, drawableOf(schema.properties?.[name] ?? {}, value)]);
  const takesTime = room === 'action' && schema.properties?.['within'] !== undefined;
  return {
    ...(room === 'fault' ? { for: FAULT_LASTS } : takesTime ? { within: ACTION_WITHIN } : {}),
    ...(Object.fromEntries(fields) as Record<string, Drawable>),
  };
}

function settingsOf(experiment: unknown, schemas: SpaceSchemas): SpaceSetting[] {
  const load = field(field(experiment, 'explore'), 'load');
  const workloads = schemas.experiment.properties?.['workloads']?.additionalProperties;
  const streams = schemas.environment.properties?.['streams']?.additionalProperties;
  const schemaFor = (of: 'workloads' | 'streams', owner: string): JsonSchema => {
    if (of === 'streams') return typeof streams === 'object' ? streams : {};
    const workload = field(field(experiment, 'workloads'), owner);
    return (typeof workloads === 'object' ? alternativeOf(workloads, workload) : undefined) ?? {};
  };
  const optional = textsOf(field(load, 'optional')).map((owner, at): SpaceSetting => ({
    name: owner,
    ...{
      of: 'optional',
      owner,
      field: '',
      values: { values: [LEFT_OUT] },
      at: `/explore/load/optional/${at}`,
    },
    names: [owner, ...textsOf(field(field(field(experiment, 'workloads'), owner), 'consumer'))],
  }));
  const changed = (['workloads', 'streams'] as const).flatMap((of) =>
    entriesOf(field(load, of)).flatMap(([owner, fields]) =>
      entriesOf(fields)
        .filter(([name]) => name !== 'kind')
        .map(([name, value]): SpaceSetting => ({
          name: `${owner} ${name}`,
          ...{ of, owner, field: name },
          values: drawableOf(schemaFor(of, owner).properties?.[name] ?? {}, value),
          at: child(child(`/explore/load/${of}`, owner), name),
        })),
    ),
  );
  return [...optional, ...changed];
}
