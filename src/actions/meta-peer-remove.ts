import type { NodeInfo } from '../drivers/driver.ts';
import { gatewayPeers } from '../drivers/spec.ts';
import { processes } from '../faults/powers.ts';
import { lend } from '../nats/connect.ts';
import { readMetaPeers, type MetaPeers } from '../nats/meta-group.ts';
import { removeServer } from '../nats/placement.ts';
import { ChaosError } from '../support/errors.ts';
import { address, defaulted, duration, strictObject, Type, type Static } from '../support/schema.ts';
import type { Action, ActionContext } from './action.ts';
import { nodeMeant } from './replica-place.ts';
import { systemName } from './on-cluster.ts';
import { see } from './see.ts';

/** A new leader of the meta group, should it be the leader that goes, and its word on who is left. */
const REMOVAL_MS = 60_000;
/** While one node is away, the others are a majority of three or more. */
const LEAST_NODES = 3;

const schema = strictObject(
  {
    kind: Type.Literal('meta-peer-remove'),
    node: address('nodes', 'The one node, by name or by role; its cluster has three or more.'),
    within: defaulted(
      duration('How long it may take to be in the meta group again; 2.15.2 keeps it away for five minutes.'),
      '7m',
    ),
  },
  'Stops a node, has the meta group of its cluster forget it as one that will not come back, starts it again, and waits until it is a current member once more.',
);
type Options = Static<typeof schema>;

export const metaPeerRemove: Action<typeof schema> = {
  kind: 'meta-peer-remove',
  summary: 'Removes a stopped node from the meta group, and lets it come back',
  schema,
  requires: ['processes'],
  takesNodesDown: () => 'one-by-one',
  title: ({ node }: Options) => `remove ${node} from the meta group, and let it come back`,
  async perform(ctx, options) {
    const node = await nodeMeant(ctx, options.node);
    // In a super-cluster one meta group spans all clusters, and a node of another one may lead it.
    const clusters = [node.cluster, ...gatewayPeers(ctx.spec.links, node.cluster)];
    const others = ctx.nodes.filter((one) => clusters.includes(one.cluster) && one !== node);
    if (others.length + 1 < LEAST_NODES) {
      throw new ChaosError('failed', `${node.cluster} has no majority without ${node.name}`);
    }
    ctx.demandMayGoDown([node.address]);
    await processes(ctx).stop(node.address);
    let removed: string;
    try {
      removed = await forgotten(ctx, node, others);
    } finally {
      await processes(ctx).start(node.address);
    }
    return `${removed}; then ${await backAgain(ctx, node, others, options)}`;
  },
};

function forgotten(ctx: ActionContext, node: NodeInfo, others: readonly NodeInfo[]): Promise<string> {
  const servers = others.map(({ client }) => client);
  return lend(ctx.driver.connect(servers, systemName(ctx), 'nats-chaos/action'), (connection) =>
    see({
      look: async () => {
        const group = await metaPeersOf(others);
        if (group?.peers.includes(node.name) === true) await removeServer(connection, node.name);
        return group;
      },
      holds: (group) => hasForgotten(group, node, others),
      describe: (group) => `while ${node.name} was stopped, ${describe(group)}`,
      timeoutMs: REMOVAL_MS,
      signal: ctx.signal,
    }),
  );
}

/** A leader that was elected just now names only itself for a moment: whom it does not name yet it has not forgotten. */
export function hasForgotten(
  group: Pick<MetaPeers, 'peers'> | null,
  node: Pick<NodeInfo, 'name'>,
  others: readonly Pick<NodeInfo, 'name'>[],
): boolean {
  if (group === null || group.peers.includes(node.name)) return false;
  return others.every(({ name }) => group.peers.includes(name));
}

function backAgain(
  ctx: ActionContext,
  node: NodeInfo,
  others: readonly NodeInfo[],
  { within }: Options,
): Promise<string> {
  return see({
    look: async () => ({
      group: await metaPeersOf([...others, node]),
      healthy: await ctx.observer.healthy(node.address),
    }),
    holds: ({ group, healthy }) => healthy && group?.current.includes(node.name) === true,
    describe: ({ group, healthy }) =>
      `${describe(group)}, and ${node.name} is ${healthy ? 'healthy' : 'not healthy'}`,
    timeoutMs: within,
    signal: ctx.signal,
  });
}

/** By the word of the node that leads; null while none does. */
async function metaPeersOf(nodes: readonly NodeInfo[]): Promise<MetaPeers | null> {
  const words = await Promise.all(
    nodes.map(({ monitor, name }) => readMetaPeers(monitor, name).catch(() => null)),
  );
  return words.find((word) => word !== null) ?? null;
}

function describe(group: MetaPeers | null): string {
  if (group === null) return 'nobody led the meta group';
  return `the meta group was ${group.peers.join(', ')} (${group.current.join(', ')} current)`;
}
