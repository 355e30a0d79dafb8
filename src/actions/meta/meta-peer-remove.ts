import type { NodeInfo } from '../../drivers/driver.ts';
import { processes } from '../../faults/capabilities.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { resolveNode } from '../targets.ts';
import { othersInGroup, removeFromGroup, waitForMembership } from '../meta-members.ts';

const schema = strictObject(
  {
    kind: Type.Literal('meta-peer-remove'),
    node: address('nodes', 'The one node, by name or by role; its cluster has three or more.'),
    within: defaulted(
      timeLimit('How long it may take to be in the meta group again; 2.15.2 keeps it away for five minutes.'),
      '7m',
    ),
  },
  'Stops a node, removes it from the meta group of its cluster for good, starts it again, and waits until it is a current member again.',
);
type Options = Static<typeof schema>;

export const metaPeerRemove: Action<typeof schema> = {
  kind: 'meta-peer-remove',
  summary: 'Removes a stopped node from the meta group, and lets it come back',
  proof:
    'The other nodes of the meta group no longer name the node while it is stopped; then it is named, current and healthy again.',
  example: '{ kind: meta-peer-remove, node: qa1a@meta-leader }',
  schema,
  requires: ['processes'],
  takesNodesDown: () => 'one-by-one',
  title: ({ node }: Options) => `remove ${node} from the meta group, and let it come back`,
  async perform(ctx, options) {
    const node = await resolveNode(ctx, options.node);
    const others = othersInGroup(ctx, node);
    ctx.demandMayGoDown([node.address]);
    const removed = await ctx.withNodes([node.address], () => removedWhileStopped(ctx, node, others));
    return `${removed}; then ${await waitForMembership(ctx, node, others, options)}`;
  },
};

async function removedWhileStopped(
  ctx: ActionContext,
  node: NodeInfo,
  others: readonly NodeInfo[],
): Promise<string> {
  await processes(ctx).stop(node.address);
  try {
    return await removeFromGroup(ctx, node, others);
  } finally {
    await processes(ctx).start(node.address);
  }
}
