import { address, defaulted, duration, size, strictObject, Type } from '../../../support/schema.ts';
import { choice, count, subjectField } from '../common.ts';
import { compressed, metadata, placement } from './bucket-fields.ts';

const bucketAddress = (description: string) => address('bucket', description);

/** What a key-value bucket can be given; it is the stream `KV_<bucket>` of its cluster. */
export const bucket = strictObject(
  {
    history: defaulted(count('How many values of each key are kept.', 1, 64), 1),
    ttl: Type.Optional(duration('How long values are kept.')),
    limitMarkerTtl: Type.Optional({
      ...duration(
        'A value that is removed by its age leaves a marker behind for this time, and values may have a time to live of their own. Needs nats-server 2.11.',
      ),
      'x-minimum': '1s',
      'x-since': '2.11',
    }),
    maxValueSize: Type.Optional(size('The largest value.')),
    maxBytes: Type.Optional(size('Most bytes that the bucket holds; more is refused.')),
    storage: defaulted(choice(['file', 'memory'], 'Where values are kept.'), 'file'),
    replicas: defaulted(count('How many servers hold a copy.', 1, 5), 1),
    compression: compressed('values'),
    allowDirect: defaulted(
      Type.Boolean({
        description:
          'Whether any replica may answer reads (direct get), also one that lags, as buckets are usually made; otherwise the leader answers.',
      }),
      true,
    ),
    placement,
    mirror: Type.Optional(bucketAddress('The bucket (cluster/bucket) that this one is a mirror of.')),
    sources: Type.Optional(
      Type.Array(bucketAddress('A bucket (cluster/bucket) whose values it takes over, under the same keys.'), {
        minItems: 1,
        description: 'The buckets that this one is filled from, beside what is written to it.',
      }),
    ),
    republish: Type.Optional(
      strictObject(
        {
          source: Type.Optional(subjectField('Only what is written to these subjects ($KV.<bucket>.<key>).')),
          destination: subjectField('Where it is published, such as config.{{wildcard(1)}} or config.>.'),
          headersOnly: Type.Optional(Type.Boolean({ description: 'Whether values are left out.' })),
        },
        'What is written is published once more, on another subject.',
      ),
    ),
    metadata,
    description: Type.Optional(Type.String({ description: 'A text that is kept with the bucket.' })),
    account: Type.Optional(
      address('account', 'The account that it belongs to; left out: the first one with JetStream.'),
    ),
  },
  'A key-value bucket; as a stream it is cluster/KV_<bucket>.',
);
