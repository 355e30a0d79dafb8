import { address, defaulted, duration, size, strictObject, Type } from '../../../support/schema.ts';
import { choice, count } from '../common.ts';
import { compressed, metadata, placement } from './bucket-fields.ts';

/** What an object bucket can be given; it is the stream `OBJ_<bucket>` of its cluster. */
export const objectBucket = strictObject(
  {
    ttl: Type.Optional(duration('How long objects are kept.')),
    maxBytes: Type.Optional(size('Most bytes that the bucket holds; more is refused.')),
    storage: defaulted(choice(['file', 'memory'], 'Where objects are kept.'), 'file'),
    replicas: defaulted(count('How many servers hold a copy.', 1, 5), 1),
    compression: compressed('objects'),
    placement,
    metadata,
    description: Type.Optional(Type.String({ description: 'A text that is kept with the bucket.' })),
    account: Type.Optional(
      address('account', 'The account that it belongs to; left out: the first one with JetStream.'),
    ),
  },
  'A bucket of objects; as a stream it is cluster/OBJ_<bucket>.',
);
