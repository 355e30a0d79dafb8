import { defaulted, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { restartOneByOne } from './restarting.ts';
import { clusterOrNodes, eitherRule, resolveClusterOrNodes, clusterOrNodesText } from '../targets.ts';

const schema = Type.Object(
  {
    kind: Type.Literal('rolling-restart'),
    ...clusterOrNodes,
    within: defaulted(timeLimit('How long each node may take to be healthy again.'), '60s'),
  },
  {
    ...eitherRule,
    description:
      'Restarts every node of a cluster, or some nodes, one after the other, each healthy before the next.',
  },
);

export const rollingRestart: Action<typeof schema> = {
  kind: 'rolling-restart',
  summary: 'Restarts a whole cluster node by node, each healthy before the next',
  proof: 'Each node of the cluster reports another server id than before, and is healthy.',
  example: '{ kind: rolling-restart, cluster: qa1a }',
  schema,
  requires: ['processes'],
  takesNodesDown: () => 'one-by-one',
  title: (options: Static<typeof schema>) => `rolling restart of ${clusterOrNodesText(options)}`,
  perform: async (ctx, options) =>
    restartOneByOne(ctx, await resolveClusterOrNodes(ctx, options), options.within),
};
