import { address, defaulted, duration, strictObject, Type, type Static } from '../support/schema.ts';
import { countField, nodeField, pauseAtField } from './fields.ts';

export const consumeSchema = strictObject(
  {
    kind: Type.Literal('consume'),
    consumer: address('consumer', 'The pull consumer (cluster/stream/consumer) to read from.'),
    count: countField,
    pauseAt: pauseAtField,
    batch: defaulted(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'How many messages one pull asks for.' }),
      100,
    ),
    ackTimeout: defaulted(
      duration(
        'How long the server may take to confirm an acknowledgement; after that its outcome is unknown.',
      ),
      '5s',
    ),
    processing: defaulted(duration('Time spent on each message before it is acknowledged.'), '0ms'),
    node: nodeField,
  },
  'Pulls messages from a consumer, processes them in order, and acknowledges each with a confirmation.',
);
export type ConsumeOptions = Static<typeof consumeSchema>;
