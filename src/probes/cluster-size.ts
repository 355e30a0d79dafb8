import { address, strictObject, Type } from '../support/schema.ts';
import { answersOf } from './answers.ts';
import { atMost, type Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('cluster-size'),
    cluster: address('cluster', 'The cluster whose servers are asked.'),
  },
  'How many servers of a cluster see one another; the server that sees the fewest counts.',
);

export const clusterSize: Probe<typeof fields> = {
  kind: 'cluster-size',
  summary: 'How many servers of a cluster see one another; the one that sees the fewest counts',
  proof:
    'The servers to which each server of the cluster has a route by its /routez, itself included. Servers that do not answer are left out.',
  example: '{ kind: cluster-size, cluster: qa1a, equals: 3, within: 20s }',
  unit: 'servers',
  reads: 'value',
  fields,
  target: ({ cluster }) => cluster,
  bounds: ({ cluster }, around) => ({ ...atMost(around.nodes(cluster)), min: 1 }),
  async read(ctx, { cluster }) {
    const views = await answersOf(ctx, cluster, (node) => ctx.observer.routes(node));
    // Two servers have several routes between them.
    const sizes = views.map((routes) => 1 + new Set(routes.map(({ name }) => name)).size);
    return { value: Math.min(...sizes) };
  },
};
