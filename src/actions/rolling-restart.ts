import { defaulted, duration, Type, type Static } from '../support/schema.ts';
import type { Action } from './action.ts';
import { restartOneByOne } from './restarting.ts';
import { clusterOrNodes, eitherRule, whichNodes, whichText } from './which-nodes.ts';

const schema = Type.Object(
  {
    kind: Type.Literal('rolling-restart'),
    ...clusterOrNodes,
    within: defaulted(duration('How long each node may take to be healthy again.'), '60s'),
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
  schema,
  requires: ['processes'],
  takesNodesDown: () => 'one-by-one',
  title: (options: Static<typeof schema>) => `rolling restart of ${whichText(options)}`,
  perform: async (ctx, options) => restartOneByOne(ctx, await whichNodes(ctx, options), options.within),
};
