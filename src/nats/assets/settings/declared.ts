import type { Json } from '../../../support/json.ts';
import type { TSchema } from '../../../support/schema.ts';
import { exactDuration, exactSize } from '../../../support/units.ts';
import { consumerSettings } from './consumer.ts';
import { SERVER_NAME, TIME_PATTERN } from './fields.ts';
import { originSettings, streamSettings } from './stream.ts';

/** A configuration as a server reports it. Durations in ns, sizes in bytes. */
export type Reported = Readonly<Record<string, unknown>>;

/** The settings of a file that state what a server reports, and what no setting can state. */
export interface Stated {
  /** As they are written in a file, with their units; what is the server's own default is left out. */
  fields: Record<string, Json>;
  /** Names that the server has for fields that the language does not know, or whose value it cannot state. */
  unknown: string[];
}

/** The other way round of `streamConfig`: what a file has to state so that a stream is made as this one is. */
export function streamStated(config: Reported): Stated {
  const { fields, unknown } = stated(streamSettings, config, [...OF_STREAM, ...originNames(config)]);
  // The server's own default, which a shorter maxAge lowers.
  const window = Math.min(WINDOW_NS, positive(config.max_age) ?? WINDOW_NS);
  if (config.duplicate_window === window) Reflect.deleteProperty(fields, 'duplicateWindow');
  return { fields, unknown };
}

/** The same for a durable consumer; its name is not among the fields. */
export function consumerStated(config: Reported): Stated {
  const { fields, unknown } = stated(consumerSettings, config, OF_CONSUMER);
  // With backoff, the server repeats its first step as ackWait.
  if ('backoff' in fields || config.ack_policy === 'none') Reflect.deleteProperty(fields, 'ackWait');
  if (config.deliver_subject !== undefined) {
    for (const key of ['maxWaiting', 'maxBatch', 'maxBytes', 'maxExpires'])
      Reflect.deleteProperty(fields, key);
    // Nothing waits for an acknowledgement there, and the server has a limit on it all the same.
    if (config.ack_policy === 'none') Reflect.deleteProperty(fields, 'maxAckPending');
  }
  return { fields, unknown };
}

/** What a mirror or source copies, beside which stream. */
export function originStated(config: Reported): Stated {
  return stated(originSettings, config, ['name', 'external', 'domain']);
}

const WINDOW_NS = 120_000_000_000;
const NS_PER_MS = 1_000_000;
/** What is stated in another way, or follows from something else. */
const OF_STREAM = ['name', 'template_owner', 'sealed', 'domain'];
const OF_CONSUMER = ['name', 'durable_name', 'direct'];
/** Who made it: the server writes these texts itself. */
const OWN_TEXT = /^_nats\./;

function originNames({ mirror, sources }: Reported): string[] {
  return [...(mirror === undefined ? [] : ['mirror']), ...(sources === undefined ? [] : ['sources'])];
}

/** What a server has of its own accord, as a file would state it. */
const DEFAULTS: Readonly<Record<string, readonly Json[]>> = {
  replicas: [1],
  storage: ['file'],
  retention: ['limits'],
  discard: ['old'],
  compression: ['none'],
  persistMode: ['default'],
  deliver: ['all'],
  ackPolicy: ['explicit'],
  ackWait: ['30s'],
  replayPolicy: ['instant'],
  maxAckPending: [1000],
  maxWaiting: [512],
};
/** In a stream the default of `storage` is `file`; a consumer that states it differs from its stream. */
const DEFAULT_NAMES = new Set(Object.keys(DEFAULTS));

function stated(known: Record<string, TSchema>, config: Reported, others: readonly string[]): Stated {
  const fields: Record<string, Json> = {};
  const unknown: string[] = [];
  const names = new Map(
    Object.entries(known).map(([field, schema]) => [(schema as Annotated)[SERVER_NAME] ?? field, field]),
  );
  for (const [key, value] of Object.entries(config)) {
    if (others.includes(key) || isNothing(value)) continue;
    const field = names.get(key);
    const schema = field === undefined ? undefined : known[field];
    if (field === undefined || schema === undefined) {
      unknown.push(key);
      continue;
    }
    const word = key === 'mem_storage' ? 'memory' : inWords(schema, value);
    if (word === undefined) unknown.push(key);
    else if (!isDefault(field, word) && !isNothing(word)) fields[field] = word;
  }
  return { fields: inOrder(known, fields), unknown };
}

/** In the order of the reference page. */
function inOrder(known: Record<string, TSchema>, fields: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(
    Object.keys(known).flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field]]])),
  );
}

function isDefault(field: string, word: Json): boolean {
  return DEFAULT_NAMES.has(field) && (DEFAULTS[field] ?? []).includes(word);
}

/** What stands for "not set": the server's zeros, -1 for "no limit", and the time before all others. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '' || value === 0 || value === -1)
    return true;
  if (typeof value === 'string') return value.startsWith('0001-01-01T');
  return typeof value === 'object' && Object.keys(value).length === 0;
}

interface Annotated {
  properties?: Record<string, Annotated>;
  items?: Annotated;
  enum?: readonly string[];
  pattern?: string;
  type?: string;
  'x-unit'?: string;
  [SERVER_NAME]?: string;
}

/** A value as a file states it; undefined for one that no file can state. */
function inWords(schema: Annotated, value: unknown): Json | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item) => inWords(schema.items ?? {}, item));
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  if (typeof value === 'object' && value !== null) return mapInWords(schema, value);
  if (typeof value === 'number') {
    if (value < 0) return undefined;
    if (schema['x-unit'] === 'duration') return exactDuration(value / NS_PER_MS);
    if (schema['x-unit'] === 'size') return exactSize(value);
  }
  if (typeof value === 'string') {
    if (schema.enum !== undefined) {
      const word = value.replaceAll('_', '-');
      return schema.enum.includes(word) ? word : undefined;
    }
    if (schema.pattern === TIME_PATTERN) return value;
    // Percentages are texts too; some clients write them without their sign.
    if (schema.pattern?.endsWith('%$') === true && !value.endsWith('%')) return `${value}%`;
  }
  return value as Json;
}

function mapInWords(schema: Annotated, value: object): Json | undefined {
  const properties = schema.properties;
  if (properties === undefined) {
    return Object.fromEntries(
      Object.entries(value).filter(([name]) => !OWN_TEXT.test(name)) as [string, Json][],
    );
  }
  const names = new Map(
    Object.entries(properties).map(([field, part]) => [part[SERVER_NAME] ?? field, field]),
  );
  const fields: Record<string, Json> = {};
  for (const [key, part] of Object.entries(value)) {
    if (isNothing(part)) continue;
    const field = names.get(key);
    const word = field === undefined ? undefined : inWords(properties[field] ?? {}, part);
    if (field === undefined || word === undefined) return undefined;
    fields[field] = word;
  }
  return fields;
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
