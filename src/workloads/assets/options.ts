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

const weight = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description }));

/** How often each operation is chosen, against the others. */
const operationsField = defaulted(
  strictObject(
    {
      create: weight('Makes a stream.'),
      update: weight('Changes the configuration of a stream.'),
      delete: weight('Deletes a stream, and its consumers with it.'),
      createConsumer: weight('Makes a durable consumer of a stream.'),
      updateConsumer: weight('Changes the configuration of a consumer.'),
      deleteConsumer: weight('Deletes a consumer.'),
      list: weight('Lists the streams.'),
    },
    'How often each operation is chosen, against the others; what is left out is never chosen.',
  ),
  { create: 3, update: 2, delete: 2, createConsumer: 3, updateConsumer: 1, deleteConsumer: 2, list: 1 },
);

export const assetsSchema = strictObject(
  {
    kind: Type.Literal('assets'),
    cluster: address('cluster', 'The cluster in which streams are made.'),
    account: Type.Optional(
      address(
        'account',
        'The account in which streams are made; left out: the first one with JetStream, as for streams of the environment.',
      ),
    ),
    names: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 500,
        description: 'How many streams there may be, named `<workload>-1`, `<workload>-2` and so on.',
      }),
      20,
    ),
    consumers: defaulted(
      Type.Integer({
        minimum: 0,
        maximum: 4,
        description: 'How many consumers each stream may have, named `worker-1`, `worker-2` and so on.',
      }),
      2,
    ),
    replicas: defaulted(
      Type.Integer({ minimum: 1, maximum: 5, description: 'How many nodes hold each stream and consumer.' }),
      3,
    ),
    storage: defaulted(
      Type.Unsafe<'file' | 'memory'>({
        type: 'string',
        enum: ['file', 'memory'],
        description: 'Where streams keep their messages.',
      }),
      'file',
    ),
    clients: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description:
          'How many clients there are, each with a connection of its own, and one operation at a time; they begin at the nodes of the cluster in turn.',
      }),
      4,
    ),
    operations: operationsField,
    rate: defaulted(rate('How many operations all clients begin together.'), '20/s'),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Ends by itself after this many operations; left out: continues until the run stops it.',
      }),
    ),
    seed: defaulted(
      Type.Integer({ minimum: 0, description: 'Another seed chooses other operations and names.' }),
      1,
    ),
    timeout: defaulted(
      timeLimit(
        'How long an answer may take; after that the outcome of an operation is unknown. Nothing is sent again.',
      ),
      '5s',
    ),
    node: nodeField,
    user: userField,
  },
  'Makes, changes, deletes and lists streams and consumers from several clients.',
);
export type AssetsOptions = Static<typeof assetsSchema>;
