import { Type, type TSchema } from '../../support/schema.ts';
import { consumerSettings } from './settings/consumer.ts';
import { streamSettings } from './settings/stream.ts';

/** By the name that an environment gives it: the settings that may change while a stream or consumer is used. */
export type Settings = Readonly<Record<string, TSchema>>;

/** What the server fixes when it makes a stream, and what would leave checks without acknowledgements. */
const FIXED_OF_STREAMS = [
  'storage',
  'maxConsumers',
  'firstSequence',
  'allowMsgCounter',
  'persistMode',
  'noAck',
];

/** The same of consumers; pause-consumer has `pauseUntil`, and without bodies checks know no message. */
const FIXED_OF_CONSUMERS = [
  'deliver',
  'startSequence',
  'startTime',
  'ackPolicy',
  'replayPolicy',
  'storage',
  'maxWaiting',
  'priorityPolicy',
  'priorityGroups',
  'pinnedTtl',
  'pauseUntil',
  'headersOnly',
  'deliverSubject',
  'deliverGroup',
  'flowControl',
  'idleHeartbeat',
];

export const STREAM_CHANGES: Settings = without(streamSettings, FIXED_OF_STREAMS);

export const CONSUMER_CHANGES: Settings = without(consumerSettings, FIXED_OF_CONSUMERS);

/** The fields of `set`, all optional. */
export function changesSchema(settings: Settings, description: string) {
  const fields = Object.entries(settings).map(([name, schema]) => [name, Type.Optional(schema)] as const);
  return Type.Unsafe<Record<string, unknown>>(
    Type.Object(Object.fromEntries(fields), { additionalProperties: false, minProperties: 1, description }),
  );
}

function without(settings: Settings, fixed: readonly string[]): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !fixed.includes(name)));
}
