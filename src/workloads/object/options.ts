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

export const objectSchema = strictObject(
  {
    kind: Type.Literal('object'),
    bucket: address('object-bucket', 'The object bucket (cluster/bucket).'),
    names: defaulted(
      Type.String({
        pattern: TEMPLATE_PATTERN,
        'x-expected': 'a name, or a template of names, such as file.{1..10}',
        examples: ['file.{1..10}'],
        description: 'The names of the objects: `file.{1..10}` stands for many.',
      }),
      'file.{1..10}',
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
    operations: defaulted(
      strictObject(
        {
          put: weight('Stores an object, in place of the one of that name.'),
          get: weight('Reads an object.'),
          delete: weight('Deletes an object.'),
          list: weight('Lists the objects.'),
        },
        'How often each operation is chosen, against the others; what is left out is never chosen.',
      ),
      { put: 4, get: 4, delete: 1, list: 1 },
    ),
    rate: defaulted(rate('How many operations all clients begin together.'), '20/s'),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Ends by itself after this many operations; left out: continues until the run stops it.',
      }),
    ),
    sizes: defaulted(
      Type.Array(
        { ...size('A size, from 128B to 16MiB.'), 'x-minimum': '128B', 'x-maximum': '16MiB' },
        {
          minItems: 1,
          description:
            'Sizes of objects, which writes take in turn; what is above 128KiB is stored in several messages.',
        },
      ),
      ['1KiB', '100KiB', '300KiB'],
    ),
    seed: defaulted(
      Type.Integer({ minimum: 0, description: 'Another seed chooses other operations and names.' }),
      1,
    ),
    timeout: defaulted(
      timeLimit('How long an operation may take; after that its outcome is unknown. Nothing is sent again.'),
      '5s',
    ),
    node: nodeField,
    user: userField,
  },
  'Stores, reads, deletes and lists the objects of a bucket from several clients.',
);
export type ObjectOptions = Static<typeof objectSchema>;
