import { address, defaulted, duration, rate, size, Type, type Static } from '../support/schema.ts';
import { countField, nodeField, pauseAtField } from './fields.ts';

export const publishSchema = Type.Object(
  {
    kind: Type.Literal('publish'),
    stream: address('stream', 'The stream (cluster/stream) that must acknowledge every message.'),
    subject: Type.String({
      pattern: '^[^\\s.*>]+(\\.[^\\s.*>]+)*$',
      examples: ['events.qa.orders'],
      description: 'The subject to publish on; one of the stream, without wildcards.',
    }),
    rate: Type.Optional(
      rate('How many messages are sent in a second or minute; 100/s when interval is absent too.'),
    ),
    interval: Type.Optional(duration('Time from one message to the next, in place of a rate.')),
    count: countField,
    size: defaulted(
      { ...size('Size of the message body, from 64B to 8MiB.'), 'x-minimum': '64B', 'x-maximum': '8MiB' },
      '256B',
    ),
    pauseAt: pauseAtField,
    maxInFlight: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description:
          'How many messages may wait for their acknowledgement at once; the next one waits for room.',
      }),
      256,
    ),
    timeout: defaulted(
      duration('How long an acknowledgement may take; after that the outcome of the message is unknown.'),
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
    node: nodeField,
  },
  {
    additionalProperties: false,
    not: { required: ['rate', 'interval'] },
    'x-message': 'rate and interval say the same thing in two ways: give one of them',
    description: 'Publishes numbered messages at a steady rate and waits for the acknowledgement of each.',
  },
);
export type PublishOptions = Static<typeof publishSchema>;
