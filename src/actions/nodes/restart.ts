import { listOf, nodesField } from '../../faults/fields.ts';
import { resolveNodes } from '../../faults/targets.ts';
import { defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { restartOneByOne } from './restarting.ts';

const schema = strictObject(
  {
    kind: Type.Literal('restart'),
    nodes: nodesField,
    within: defaulted(timeLimit('How long a node may take to be healthy again.'), '60s'),
  },
  'Stops nodes gracefully and starts them again, one after the other, each healthy before the next.',
);

export const restart: Action<typeof schema> = {
  kind: 'restart',
  summary: 'Restarts nodes one by one, waiting for each to be healthy',
  proof: 'Each node reports another server id than before, and is healthy.',
  example: '{ kind: restart, nodes: qa1a/js1-qa1a }',
  schema,
  requires: ['processes'],
  takesNodesDown: () => 'one-by-one',
  title: (options: Static<typeof schema>) => `restart ${listOf(options.nodes).join(', ')}`,
  async perform(ctx, options) {
    const { nodes } = await resolveNodes(ctx, options.nodes);
    return restartOneByOne(ctx, nodes, options.within);
  },
};
