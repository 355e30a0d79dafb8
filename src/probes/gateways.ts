import { address, defaulted, strictObject, Type } from '../support/schema.ts';
import { answersOf } from './answers.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('gateways'),
    cluster: address('cluster', 'The cluster whose servers are asked.'),
    direction: defaulted(
      Type.Unsafe<'outbound' | 'inbound'>({
        type: 'string',
        enum: ['outbound', 'inbound'],
        description:
          'outbound: connections that its servers have made, one of each server to each other cluster. inbound: those that servers of other clusters have made to it.',
      }),
      'outbound',
    ),
    remote: Type.Optional(address('cluster', 'Counts only connections with this cluster.')),
  },
  'How many gateway connections the servers of a cluster have, as `nats server ls` counts them.',
);

export const gateways: Probe<typeof fields> = {
  kind: 'gateways',
  summary: 'How many gateway connections the servers of a cluster have',
  proof:
    'The connections that the servers of the cluster report on /gatewayz, added up. A server that does not answer has none; without any answer there is no reading.',
  example: '{ kind: gateways, cluster: cluster1, direction: outbound, equals: 3, within: 20s }',
  exampleEnvironment: 'supercluster',
  unit: 'connections',
  reads: 'value',
  fields,
  target: ({ cluster, direction, remote }) =>
    `${cluster} ${direction}${remote === undefined ? '' : ` ${remote}`}`,
  bounds: () => ({ min: 0 }),
  async read(ctx, { cluster, direction, remote }) {
    const answers = await answersOf(ctx, cluster, (node) => ctx.observer.gateways(node));
    const peers = answers.flatMap((answer) => answer[direction]);
    return { value: peers.filter((peer) => remote === undefined || peer.cluster === remote).length };
  },
};
