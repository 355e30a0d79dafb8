import { processes } from '../../faults/capabilities.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { metaPeersOf, othersInGroup, waitForMembership } from '../meta-members.ts';
import { resolveNode } from '../targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('add-node'),
    node: address('node', 'A node that remove-node has taken out.'),
    within: defaulted(
      timeLimit(
        'How long it may take to be a current member; 2.15.2 keeps a node away for five minutes after its removal.',
      ),
      '7m',
    ),
  },
  'Starts a node that remove-node has taken out, and waits until the meta group has grown by it. Streams get no replica there by themselves: update-stream or move-stream bring them.',
);
type Options = Static<typeof schema>;

export const addNode: Action<typeof schema> = {
  kind: 'add-node',
  summary: 'Adds a node to its cluster that remove-node has taken out',
  proof:
    'The leader of the meta group did not name the node before; then it names it as current, beside all others, and the node is healthy.',
  example: '{ kind: remove-node, node: qa1a/js3-qa1a }\n{ kind: add-node, node: qa1a/js3-qa1a }',
  schema,
  requires: ['processes'],
  title: ({ node }: Options) => `add ${node} to its cluster`,
  async perform(ctx, options) {
    const node = await resolveNode(ctx, options.node);
    if (!ctx.takenOut.has(node.address)) {
      throw new ChaosError('failed', `${node.address} is in its cluster; remove-node takes a node out`);
    }
    const others = othersInGroup(ctx, node);
    const before = await metaPeersOf(others);
    if (before === null) throw new ChaosError('failed', 'nobody leads the meta group that it is to join');
    if (before.peers.includes(node.name)) {
      throw new ChaosError('failed', `the meta group names ${node.name} already`);
    }
    await processes(ctx).start(node.address);
    const joined = await waitForMembership(ctx, node, others, options);
    ctx.takenOut.delete(node.address);
    return `${before.peers.length} members before (${before.peers.join(', ')}); then ${joined}`;
  },
};
