import type { NodeInfo } from '../drivers/driver.ts';
import { processes } from '../faults/powers.ts';
import type { Connection } from '../nats/connect.ts';
import { readMetaGroup } from '../nats/meta-group.ts';
import { removeServer } from '../nats/placement.ts';
import { until } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import { address, defaulted, duration, strictObject, Type, type Static } from '../support/schema.ts';
import type { Action, ActionContext } from './action.ts';
import { onCluster, systemAccount, systemName } from './on-cluster.ts';
import { nodeMeant } from './replica-place.ts';
import { healthyAgain } from './restarting.ts';
import { see } from './see.ts';

const schema = strictObject(
  {
    kind: Type.Literal('meta-peer-remove'),
    node: address('nodes', 'The one node that is removed, by name or by role.'),
    within: defaulted(duration('How long the removal, and the return, may take each.'), '60s'),
  },
  'Stops a node, removes it from the meta group of its cluster, and starts it again: it joins as a new peer, and the streams that lost their replica on it get one again.',
);

export const metaPeerRemove: Action<typeof schema> = {
  kind: 'meta-peer-remove',
  summary: 'Removes a stopped node from the meta group of its cluster, and starts it again to rejoin',
  schema,
  requires: ['processes'],
  title: ({ node }: Static<typeof schema>) => `remove ${node} from its meta group and bring it back`,
  async perform(ctx, options) {
    const node = await nodeMeant(ctx, options.node);
    const { name } = node;
    const others = ctx.nodes.filter((one) => one.cluster === node.cluster && one.name !== name);
    if (others.length < 2) {
      throw new ChaosError('failed', `${node.cluster} would have no majority without ${node.address}`);
    }
    const account = systemAccount(ctx, 'remove a server from the meta group');
    const wait = { timeoutMs: options.within, signal: ctx.signal };
    const look = () => peerViews(ctx, others);
    let removed: string;
    try {
      await processes(ctx).stop(node.address);
      await onCluster(ctx, node.cluster, account, (connection) =>
        until(() => orderRemoval(connection, name, look), {
          ...wait,
          everyMs: 100,
          what: `removal of ${name}`,
        }),
      );
      removed = await see({ look, describe, holds: (all) => !all.some(has(name)), ...wait });
    } finally {
      await processes(ctx).start(node.address);
    }
    await healthyAgain(ctx, node.address, options.within, 'return');
    const back = await see({ look, describe, holds: (all) => all.every(has(name)), ...wait });
    return `${removed}; then ${back}, and ${node.address} is healthy`;
  },
};

interface View {
  node: string;
  peers: string[];
}

function has(name: string) {
  return (view: View) => view.peers.includes(name);
}

/** Asks again while there is no leader, or one that does not know the name yet. @returns whether it is gone */
async function orderRemoval(
  connection: Connection,
  name: string,
  look: () => Promise<View[]>,
): Promise<boolean> {
  if (!(await look()).some(has(name))) return true;
  await removeServer(connection, name);
  return false;
}

/** How the nodes that stayed see their meta group. */
function peerViews(ctx: ActionContext, nodes: readonly NodeInfo[]): Promise<View[]> {
  return Promise.all(
    nodes.map(async ({ address: node, monitor }) => {
      const { peers } = await readMetaGroup(monitor, systemName(ctx));
      return { node, peers: peers.sort() };
    }),
  );
}

function describe(all: readonly View[]): string {
  return all.map(({ node, peers }) => `${node} has the meta peers ${peers.join(', ') || 'none'}`).join('; ');
}
