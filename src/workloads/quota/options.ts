import {
  address,
  defaulted,
  rate,
  strictObject,
  timeLimit,
  Type,
  type Static,
} from '../../support/schema.ts';
import { nodeField, userField } from '../fields.ts';

export const quotaSchema = strictObject(
  {
    kind: Type.Literal('quota'),
    cluster: address('cluster', 'The cluster in which streams are made.'),
    account: Type.Optional(
      address(
        'account',
        'The account whose limit (accounts.<name>.maxStreams) is tried; left out: the first one with JetStream.',
      ),
    ),
    stream: Type.Optional(
      address(
        'stream',
        'It makes consumers of this stream, in place of streams, and tries the limit on consumers (accounts.<name>.maxConsumers).',
      ),
    ),
    replicas: defaulted(
      Type.Integer({ minimum: 1, maximum: 5, description: 'How many nodes hold each of them.' }),
      1,
    ),
    storage: defaulted(
      Type.Unsafe<'file' | 'memory'>({
        type: 'string',
        enum: ['file', 'memory'],
        description: 'Where streams keep their messages, and consumers what was acknowledged.',
      }),
      'memory',
    ),
    rate: defaulted(rate('How many requests it sends, one after the other.'), '200/s'),
    timeout: defaulted(
      timeLimit('How long an answer may take; after that it is unknown whether it was made.'),
      '5s',
    ),
    node: nodeField,
    user: userField,
  },
  'Makes streams, or consumers of one stream, until the servers refuse one more; then again and again deletes one, makes one, and tries one too many.',
);
export type QuotaOptions = Static<typeof quotaSchema>;
