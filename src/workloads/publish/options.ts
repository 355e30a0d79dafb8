import {
  address,
  defaulted,
  duration,
  size,
  strictObject,
  timeLimit,
  Type,
  type Static,
} from '../../support/schema.ts';
import { TEMPLATE_PATTERN } from '../../support/subject-template.ts';
import { countField, nodeField, pauseAtField, userField, websocketField } from '../fields.ts';
import { paceFields } from '../pace/options.ts';
import type { MessageSize } from '../../support/message-sizes.ts';

const DEFAULT_IN_FLIGHT = 256;
/** As fast as it can: only many at once keep the servers busy. */
const DEFAULT_IN_FLIGHT_AT_MAX = 4096;

const bodySize = (description: string) => ({ ...size(description), 'x-minimum': '64B', 'x-maximum': '8MiB' });

const sizeFields = {
  min: Type.Optional(bodySize('The smallest size.')),
  max: Type.Optional(bodySize('The largest size.')),
  mean: Type.Optional(bodySize('The mean of a normal distribution; left out: halfway from min to max.')),
  deviation: Type.Optional(
    size('The standard deviation of a normal distribution, cut at min and max; left out: evenly spread.'),
  ),
  choices: Type.Optional(
    Type.Array(bodySize('A size.'), {
      minItems: 1,
      description: 'Sizes of which each is as likely; one that is given twice is twice as likely.',
    }),
  ),
  seed: defaulted(
    Type.Integer({
      minimum: 0,
      description: 'Another seed gives the messages other sizes of the same kind.',
    }),
    1,
  ),
};

const sizeField = defaulted(
  Type.Unsafe<MessageSize>({
    ...strictObject(sizeFields, ''),
    ...bodySize(''),
    type: ['string', 'object'],
    anyOf: [{ required: ['min', 'max'] }, { required: ['choices'] }],
    'x-expected':
      'a size with its unit, such as 256B, or a map with `min` and `max` (and `mean`, `deviation`) or with `choices`',
    examples: ['256B'],
    description:
      'Size of the message body, from 64B to 8MiB: one size, or how sizes are spread (`{ min: 128B, max: 4KiB }`, `{ choices: [128B, 1KiB] }`).',
  }),
  '256B',
);

const headersField = Type.Optional(
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    propertyNames: {
      pattern: '^(?![Nn][Aa][Tt][Ss]-)[!-9;-~]+$',
      'x-expected': 'the name of a header, without ":" and not one of NATS itself (Nats-…)',
    },
    additionalProperties: {
      type: 'string',
      pattern: '^[^\\r\\n]*$',
      'x-expected': 'a text of one line',
      description: 'Its value.',
    },
    description: 'Headers of every message, by name.',
  }),
);

const burstField = Type.Optional(
  strictObject(
    {
      messages: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'How many messages at once.' }),
      every: timeLimit('From one burst to the next.'),
    },
    'Many messages at once, again and again, in place of a rate.',
  ),
);

export const publishSchema = Type.Object(
  {
    kind: Type.Literal('publish'),
    stream: address('stream', 'The stream (cluster/stream) that must acknowledge every message.'),
    subject: Type.String({
      pattern: TEMPLATE_PATTERN,
      examples: ['events.qa.orders'],
      'x-expected':
        'a subject without wildcards, such as orders.new, or a template, such as orders.{1..1000} or orders.{eu,us}',
      description:
        'The subject to publish on; one of the stream, without wildcards. `orders.{1..1000}` and `orders.{eu,us}` stand for many subjects, which messages take in turn.',
    }),
    ...paceFields('messages', 'message', 'as fast as acknowledgements come'),
    burst: burstField,
    publishers: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description: 'How many connections publish, each its share of the messages in turn.',
      }),
      1,
    ),
    count: countField,
    size: sizeField,
    headers: headersField,
    ttl: Type.Optional({
      ...duration(
        'Each message is removed from the stream after this time. Needs nats-server 2.11, and `allowMessageTtl` of the stream.',
      ),
      'x-minimum': '1s',
    }),
    expectLast: Type.Optional(
      Type.Unsafe<'stream' | 'subject'>({
        type: 'string',
        enum: ['stream', 'subject'],
        description:
          'Each message names the last sequence of the stream, or of its subject, as its publisher knows it from its own acknowledgements: the server refuses it if that is wrong. One message of each is in flight at a time.',
      }),
    ),
    batch: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 1000,
        description:
          'So many messages are stored together or not at all, with one outcome for all of them. Needs nats-server 2.12, and `allowAtomicPublish` of the stream.',
      }),
    ),
    pauseAt: pauseAtField,
    maxInFlight: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: `How many messages each publisher may have waiting for their acknowledgement at once; the next one waits for room. Left out: ${DEFAULT_IN_FLIGHT}, or ${DEFAULT_IN_FLIGHT_AT_MAX} with \`rate: max\`.`,
      }),
    ),
    timeout: defaulted(
      timeLimit('How long an acknowledgement may take; after that the outcome of the message is unknown.'),
      '5s',
    ),
    retries: defaulted(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description:
          'How often a message is sent again, with the same message id, when no answer came or no stream answered.',
      }),
      0,
    ),
    through: Type.Optional(
      address(
        'cluster',
        'Connects to this cluster in place of that of the stream, which what it sends reaches over leafnode links or gateways, and the acknowledgements on the way back.',
      ),
    ),
    node: nodeField,
    user: userField,
    websocket: websocketField,
  },
  {
    additionalProperties: false,
    not: { required: ['rate', 'interval'] },
    'x-message': 'rate and interval say the same thing in two ways: give one of them',
    description: 'Publishes numbered messages at a steady rate and waits for the acknowledgement of each.',
  },
);
export type PublishOptions = Static<typeof publishSchema>;

export function inFlightOf({ maxInFlight, rate }: PublishOptions): number {
  return maxInFlight ?? (rate === 'max' ? DEFAULT_IN_FLIGHT_AT_MAX : DEFAULT_IN_FLIGHT);
}
