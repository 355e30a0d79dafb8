import type { Json } from '../../../support/json.ts';
import type { TSchema } from '../../../support/schema.ts';
import { consumerSettings } from './consumer.ts';
import { SERVER_NAME, SINCE, SINCE_OF_WORDS, TIME_PATTERN } from './fields.ts';
import { originSettings, sealedSetting, streamSettings } from './stream.ts';

/** A setting in the server's own form, and the field of the file that states it; empty: no field does. */
export interface ServerSetting {
  field: string;
  key: string;
  value: Json;
  /** How the value is compared and shown. Left out: as it is. */
  form?: 'duration' | 'time';
  /** The first series of nats-server that knows it; left out: all do. */
  since?: string;
}

/** Settings as the language has them, resolved: durations in ms, sizes in bytes. */
export type Declared = Readonly<Record<string, unknown>>;

/** A stream's settings as the server is asked for them, for STREAM.CREATE and STREAM.UPDATE. */
export function streamConfig(declared: Declared): Record<string, Json> {
  return asConfig(streamSettingsOf(declared));
}

/** A consumer's settings as the server is asked for them; its name is not among them. */
export function consumerConfig(declared: Declared): Record<string, Json> {
  return asConfig(consumerSettingsOf(declared));
}

/** The same one by one; what is no setting of a stream (`account`, `mirror`) is left out. */
export function streamSettingsOf(declared: Declared): ServerSetting[] {
  return settingsOf({ ...streamSettings, ...sealedSetting }, declared);
}

export function consumerSettingsOf(declared: Declared): ServerSetting[] {
  const { filters, backoff } = declared as { filters?: string[]; backoff?: number[] };
  // The server takes one filter in another field, and the first of `backoff` as ackWait.
  const one = filters?.length === 1 ? { filters: undefined, filter: filters[0] } : {};
  const wait = backoff !== undefined || declared.ackPolicy === 'flow-control' ? { ackWait: undefined } : {};
  return settingsOf(consumerSettings, { ...declared, ...one, ...wait }).map((setting) =>
    'filter' in one && setting.field === 'filter' ? { ...setting, field: 'filters' } : setting,
  );
}

/** What a mirror or source copies, as the server is asked for it. */
export function originConfig(declared: Declared): Record<string, Json> {
  return asConfig(settingsOf(originSettings, declared));
}

export function asConfig(settings: readonly ServerSetting[]): Record<string, Json> {
  return Object.fromEntries(settings.map(({ key, value }) => [key, value]));
}

const NS_PER_MS = 1_000_000;

/** The annotations by which a schema says what the server makes of a value. */
interface Annotated {
  properties?: Record<string, Annotated>;
  items?: Annotated;
  enum?: readonly string[];
  pattern?: string;
  'x-unit'?: string;
  [SERVER_NAME]?: string;
  [SINCE]?: string;
  [SINCE_OF_WORDS]?: Readonly<Record<string, string>>;
}

function settingsOf(known: Record<string, TSchema>, declared: Declared): ServerSetting[] {
  return Object.entries(known).flatMap(([field, schema]) => {
    const value = declared[field];
    if (value === undefined) return [];
    const annotated = schema as Annotated;
    const key = annotated[SERVER_NAME] ?? field;
    const word = typeof value === 'string' ? value : '';
    const since = annotated[SINCE_OF_WORDS]?.[word] ?? annotated[SINCE];
    const form = formOf(annotated);
    return [
      {
        field,
        key,
        // The server knows only whether a consumer's state is in memory.
        value: key === 'mem_storage' ? value === 'memory' : inServerForm(annotated, value),
        ...(form === undefined ? {} : { form }),
        ...(since === undefined ? {} : { since }),
      },
    ];
  });
}

function formOf(schema: Annotated): ServerSetting['form'] {
  if (schema['x-unit'] === 'duration') return 'duration';
  return schema.pattern === TIME_PATTERN ? 'time' : undefined;
}

function inServerForm(schema: Annotated, value: unknown): Json {
  if (Array.isArray(value)) return value.map((item) => inServerForm(schema.items ?? {}, item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => {
        const field = schema.properties?.[name] ?? {};
        return [field[SERVER_NAME] ?? name, inServerForm(field, part)];
      }),
    );
  }
  if (typeof value === 'number' && schema['x-unit'] === 'duration') return Math.round(value * NS_PER_MS);
  if (typeof value === 'string' && schema.enum !== undefined) return value.replaceAll('-', '_');
  return value as Json;
}
