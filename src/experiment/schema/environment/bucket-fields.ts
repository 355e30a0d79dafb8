import { strictObject, Type } from '../../../support/schema.ts';
import { NAME } from '../common.ts';

/** Fields that key-value buckets and object buckets have in common. */
export const placement = Type.Optional(
  strictObject(
    {
      cluster: Type.Optional(Type.String({ ...NAME, description: 'The cluster that holds the replicas.' })),
      tags: Type.Optional(
        Type.Array(Type.String({ minLength: 1, description: 'A tag of servers.' }), {
          minItems: 1,
          description: 'Tags that a server must have to hold a replica.',
        }),
      ),
    },
    'Which servers may hold a replica.',
  ),
);

export const metadata = Type.Optional(
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string', description: 'Its text.' },
    'x-since': '2.10',
    description: 'Texts that are kept with the bucket, by name. Needs nats-server 2.10.',
  }),
);

export const compressed = (what: string) =>
  Type.Optional(
    Type.Unsafe<boolean>({
      type: 'boolean',
      'x-since': '2.10',
      description: `Whether ${what} are compressed in their files. Needs nats-server 2.10.`,
    }),
  );
