import { address, strictObject, Type } from '../../../support/schema.ts';

export const allLinks = strictObject(
  { kind: Type.Literal('all') },
  'No link of its own: puts every link of the environment under control, whatever the experiment does. Where there is nothing else to list, `links: all` says the same.',
);

export const leafnode = Type.Object(
  {
    kind: Type.Literal('leafnode'),
    from: address('cluster', 'The cluster whose servers dial.'),
    to: address('cluster', 'The cluster that is dialled: the hub.'),
    account: Type.Optional(
      address('account', 'The account that the link joins; left out: the first one with JetStream.'),
    ),
    accounts: Type.Optional(
      Type.Array(address('account', 'An account.'), {
        minItems: 1,
        uniqueItems: true,
        description:
          'Several accounts, in place of `account`: each has a connection of its own, and they stay apart.',
      }),
    ),
  },
  {
    additionalProperties: false,
    not: { required: ['account', 'accounts'] },
    'x-message': 'account and accounts say the same thing in two ways: give one of them',
    description: 'Leafnode connections from every server of one cluster to another cluster.',
  },
);

export const gateway = strictObject(
  {
    kind: Type.Literal('gateway'),
    between: Type.Unsafe<[string, string]>({
      type: 'array',
      minItems: 2,
      maxItems: 2,
      items: address('cluster', 'A cluster.'),
      description: 'The two clusters.',
    }),
  },
  'Gateway connections from every server of each cluster to the other one, which make them one super-cluster.',
);
