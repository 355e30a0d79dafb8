import { consumerSettings } from '../../../nats/assets/settings/consumer.ts';
import { originSettings, streamSettings } from '../../../nats/assets/settings/stream.ts';
import { address, defaulted, strictObject, Type } from '../../../support/schema.ts';
import { EXPECTED, subjectField } from '../common.ts';

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
  ...originSettings,
};

export interface Origin {
  stream: string;
  external?: { api?: string; deliver?: string };
  filter?: string;
  transforms?: { from: string; to: string }[];
  startSequence?: number;
  startTime?: string;
}

const origin = (description: string) =>
  Type.Unsafe<string | Origin>({
    ...strictObject(originFields, description),
    type: ['string', 'object'],
    'x-address': 'stream',
    [EXPECTED]: 'a stream as cluster/stream, or a map with `stream` and `external`, `filter` or the like',
    description,
  });

export const stream = strictObject(
  {
    ...streamSettings,
    replicas: defaulted(streamSettings.replicas, 1),
    storage: defaulted(streamSettings.storage, 'file'),
    retention: defaulted(streamSettings.retention, 'limits'),
    discard: defaulted(streamSettings.discard, 'old'),
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
    ...consumerSettings,
    ackWait: defaulted(consumerSettings.ackWait, '30s'),
    deliver: defaulted(consumerSettings.deliver, 'all'),
    ackPolicy: defaulted(consumerSettings.ackPolicy, 'explicit'),
    account: Type.Optional(
      address('account', 'The account that it belongs to; left out: that of its stream.'),
    ),
  },
  'A durable consumer: one that pulls, or with `deliverSubject` one that pushes.',
);
