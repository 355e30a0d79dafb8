import { address, strictObject, Type } from '../../support/schema.ts';

export const leafnode = strictObject(
  {
    kind: Type.Literal('leafnode'),
    from: address('cluster', 'The cluster whose servers dial.'),
    to: address('cluster', 'The cluster that is dialled: the hub.'),
    account: Type.Optional(
      address('account', 'The account that the link joins; left out: the first one with JetStream.'),
    ),
  },
  'Leafnode connections from every server of one cluster to another cluster.',
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
