import { address, defaulted, duration, size, strictObject, Type } from '../../support/schema.ts';
import { choice, count, EXPECTED, subjectField } from '../common-schema.ts';

const originFields = {
  stream: address('stream', 'The stream to copy from, as cluster/stream.'),
  external: Type.Optional(
    strictObject(
      {
        api: Type.Optional(
          subjectField(
            'API prefix of the origin: $JS.<domain>.API. Left out: derived from the domain of its cluster.',
          ),
        ),
        deliver: Type.Optional(subjectField('Delivery prefix; needed only between accounts.')),
      },
      'How to reach an origin in another JetStream domain or account; best left out.',
    ),
  ),
  filter: Type.Optional(subjectField('Copy only the messages on these subjects.')),
};

export interface Origin {
  stream: string;
  external?: { api?: string; deliver?: string };
  filter?: string;
}

const origin = (description: string) =>
  Type.Unsafe<string | Origin>({
    ...strictObject(originFields, description),
    type: ['string', 'object'],
    'x-address': 'stream',
    [EXPECTED]: 'a stream as cluster/stream, or a map with `stream` and `external` or `filter`',
    description,
  });

export const stream = strictObject(
  {
    subjects: Type.Optional(
      Type.Array(subjectField('A subject, with `*` and `>` where wanted.'), {
        minItems: 1,
        description:
          'What the stream captures. A mirror has none. Left out for sources: only what they bring.',
      }),
    ),
    replicas: defaulted(count('How many servers hold a copy.', 1, 5), 1),
    storage: defaulted(choice(['file', 'memory'], 'Where messages are kept.'), 'file'),
    retention: defaulted(choice(['limits', 'interest', 'workqueue'], 'When messages are removed.'), 'limits'),
    maxMessages: Type.Optional(count('Most messages that the stream holds.', 1)),
    maxBytes: Type.Optional(size('Most bytes that the stream holds.')),
    maxAge: Type.Optional(duration('How long messages are kept.')),
    discard: defaulted(choice(['old', 'new'], 'Which messages go when a limit is reached.'), 'old'),
    duplicateWindow: Type.Optional(duration('How long message ids are remembered. NATS itself says 2m.')),
    account: Type.Optional(
      address('account', 'The account that it belongs to; left out: the first one with JetStream.'),
    ),
    mirror: Type.Optional(
      origin('The stream that this one is a mirror of, as cluster/stream, or as a map with more detail.'),
    ),
    sources: Type.Optional(
      Type.Array(origin('A stream to source from, as cluster/stream, or as a map with more detail.'), {
        minItems: 1,
        description: 'The streams that this one is filled from.',
      }),
    ),
  },
  'A stream.',
);

export const consumer = strictObject(
  {
    ackWait: defaulted(duration('How long a delivery may go unacknowledged before it is repeated.'), '30s'),
    maxDeliver: Type.Optional(count('How often a message is delivered at most.', 1)),
    maxAckPending: Type.Optional(count('How many deliveries may be unacknowledged at once.', 1)),
    filter: Type.Optional(subjectField('Deliver only the messages on this subject.')),
    deliver: defaulted(choice(['all', 'new', 'last'], 'Where the consumer begins.'), 'all'),
    account: Type.Optional(
      address('account', 'The account that it belongs to; left out: that of its stream.'),
    ),
    replicas: Type.Optional(count('How many servers hold its state; left out: as its stream.', 1, 5)),
  },
  'A durable pull consumer with explicit acknowledgement.',
);
