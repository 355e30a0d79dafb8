import {
  address,
  defaulted,
  rate,
  size,
  strictObject,
  timeLimit,
  Type,
  type Static,
} from '../../support/schema.ts';
import { TEMPLATE_PATTERN } from '../../support/subject-template.ts';
import { nodeField, userField } from '../fields.ts';

const weight = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description }));

/** How often each operation is chosen, against the others. */
const operationsField = defaulted(
  strictObject(
    {
      get: weight('Reads a key.'),
      put: weight('Writes a key, whatever it holds.'),
      create: weight('Writes a key that must not be there.'),
      update: weight(
        'Writes a key that must be at the revision that the client last saw (compare-and-set); it reads the key first where it has seen none, or was refused.',
      ),
      delete: weight('Writes a marker that the key is deleted.'),
      purge: weight('The same, and removes all earlier values of the key.'),
    },
    'How often each operation is chosen, against the others; what is left out is never chosen.',
  ),
  { get: 1, put: 1 },
);

export const kvSchema = strictObject(
  {
    kind: Type.Literal('kv'),
    bucket: address('bucket', 'The bucket (cluster/bucket).'),
    clients: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description:
          'How many clients there are, each with a connection of its own, and one operation at a time; they begin at the nodes of the cluster in turn.',
      }),
      5,
    ),
    keys: defaulted(
      Type.String({
        pattern: TEMPLATE_PATTERN,
        'x-expected': 'a key, or a template of keys, such as k.{1..15} or {eu,us}.limit',
        examples: ['k.{1..15}'],
        description: 'The keys: `k.{1..15}` and `{eu,us}.limit` stand for many.',
      }),
      'k.{1..15}',
    ),
    operations: operationsField,
    rate: defaulted(rate('How many operations all clients begin together.'), '100/s'),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Ends by itself after this many operations; left out: continues until the run stops it.',
      }),
    ),
    size: defaulted(
      { ...size('Size of a value, from 64B to 1MiB.'), 'x-minimum': '64B', 'x-maximum': '1MiB' },
      '128B',
    ),
    reads: Type.Optional(
      Type.Unsafe<'leader' | 'replica'>({
        type: 'string',
        enum: ['leader', 'replica'],
        description:
          'Who answers reads: the leader of the bucket, or any replica (direct get). Left out: as the bucket is set, as clients do.',
      }),
    ),
    initialise: defaulted(
      Type.Boolean({
        description:
          'Whether every key is written once, and is on every replica, before the workload begins; from then on none may be absent.',
      }),
      true,
    ),
    watch: defaulted(
      Type.Boolean({
        description:
          'Whether a watcher follows the whole bucket: what it is sent says what became of writes without an answer.',
      }),
      true,
    ),
    seed: defaulted(
      Type.Integer({ minimum: 0, description: 'Another seed chooses other operations and keys.' }),
      1,
    ),
    timeout: defaulted(
      timeLimit(
        'How long an answer may take; after that the outcome of a write is unknown. Nothing is sent again.',
      ),
      '2s',
    ),
    node: nodeField,
    user: userField,
  },
  'Reads and writes the keys of a bucket from several clients.',
);
export type KvOptions = Static<typeof kvSchema>;
