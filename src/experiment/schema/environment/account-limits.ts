import { size, strictObject, Type } from '../../../support/schema.ts';
import { choice, count } from '../common.ts';

/** What an account may use of JetStream. */
export const jetstreamLimits = {
  maxFile: Type.Optional(
    size('Most file storage that the account may use in each cluster, every replica counted.'),
  ),
  maxMemory: Type.Optional(
    size('Most memory storage that the account may use in each cluster, every replica counted.'),
  ),
  maxStreams: Type.Optional(count('Most streams that the account may have.', 1)),
  maxConsumers: Type.Optional(count('Most consumers that the account may have.', 1)),
  maxAckPending: Type.Optional(count('Most deliveries that a consumer may be owed answers to.', 1)),
  maxStreamFile: Type.Optional(size('Most file storage that one stream may use.')),
  maxStreamMemory: Type.Optional(size('Most memory storage that one stream may use.')),
  maxBytesRequired: Type.Optional(
    Type.Boolean({ description: 'Whether every stream must say how much it may store.' }),
  ),
  clusterTraffic: Type.Optional(
    choice(
      ['system', 'owner'],
      'Which account carries the traffic between its replicas. NATS itself says system.',
    ),
  ),
};

export const limits = Type.Optional(
  strictObject(
    {
      connections: Type.Optional(count('Most connections of clients.', 1)),
      subscriptions: Type.Optional(count('Most subscriptions of a connection.', 1)),
      payload: Type.Optional(size('Largest message that may be published.')),
      leafnodes: Type.Optional(count('Most leafnode connections.')),
    },
    'What the account may use of each server; connections of the runner count too. Left out: as much as the server has.',
  ),
);
