import type { NodeInfo } from '../../drivers/driver.ts';
import { disk, processes } from '../../faults/capabilities.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { othersInGroup, removeFromGroup } from '../meta-members.ts';
import { resolveNode } from '../targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('remove-node'),
    node: address('nodes', 'The one node, by name or by role; its cluster has three or more.'),
    wipe: defaulted(
      Type.Boolean({
        description: 'Remove everything in its store too, so that add-node adds an empty server.',
      }),
      false,
    ),
  },
  'Takes a node out of its cluster for good: stops it, and removes it from the meta group. It counts as down until add-node brings it back, and is started again at the end of the method at the latest.',
);
type Options = Static<typeof schema>;

export const removeNode: Action<typeof schema> = {
  kind: 'remove-node',
  summary: 'Takes a node out of its cluster: stopped, and removed from the meta group',
  proof:
    'The process has ended, and the leader of the meta group names all other nodes and no longer this one; with `wipe`, no file is left in its store.',
  example: '{ kind: remove-node, node: qa1a/js3-qa1a }',
  schema,
  requires: ['processes', 'disk'],
  takesNodesDown: () => 'one-by-one',
  title: ({ node, wipe }: Options) => `take ${node} out of its cluster${wipe ? ', and empty its store' : ''}`,
  async perform(ctx, options) {
    const node = await resolveNode(ctx, options.node);
    if (ctx.takenOut.has(node.address)) {
      throw new ChaosError('failed', `${node.address} is out of its cluster already`);
    }
    const others = othersInGroup(ctx, node);
    ctx.demandMayGoDown([node.address]);
    return ctx.withNodes([node.address], () => taken(ctx, node, others, options.wipe));
  },
};

async function taken(
  ctx: ActionContext,
  one: NodeInfo,
  others: readonly NodeInfo[],
  wipe: boolean,
): Promise<string> {
  const node = one.address;
  ctx.undoLater(`removal of ${node}`, { driver: ctx.driver.kind, op: 'processes.start', args: { node } });
  ctx.takenOut.add(node);
  await processes(ctx).stop(node);
  const removed = await removeFromGroup(ctx, one, others);
  if (!wipe) return removed;
  const { files } = await disk(ctx).wipeStore(node);
  if (files > 0) throw new ChaosError('failed', `${files} files are left in the store of ${node}`);
  return `${removed}; its store is empty`;
}
