import { fill as fillUp, readStorage, refusalOf, type Filler } from '../../nats/assets/filler.ts';
import { withConnection, type Connection } from '../../nats/connect.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, Type, type Static } from '../../support/schema.ts';
import type { Bytes } from '../../support/units.ts';
import type { NodeInfo } from '../../drivers/driver.ts';
import { commonFaultFields, type Fault, type SystemContext } from '../fault.ts';
import { listOf, nodesField } from '../fields.ts';
import { demandRoom, MARGIN_BYTES } from './filler.ts';
import { everyNode, observeEach } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('fill-storage'),
    nodes: nodesField,
    account: defaulted(
      address('account', 'The account in which the filler is stored; it has JetStream and a user.'),
      'APP',
    ),
    ...commonFaultFields,
  },
  'Fills the file storage of nodes to their limit (jetstream.maxFile of the cluster, or what its config says), with a stream of one replica on each, so that they refuse to store any more; undone by deleting those streams. More than 2 GiB for one node is refused.',
);
type Options = Static<typeof schema>;

/** What a node reports; null while it does not answer. `refusal`: its answer to one more message, null if it was stored. */
type Observation = {
  [node: string]: { usedBytes: Bytes; limitBytes: Bytes; filler: boolean; refusal: string | null } | null;
};

export const fillStorage: Fault<typeof schema, Observation> = {
  kind: 'fill-storage',
  summary: 'Fills the file storage of nodes until they refuse to store any more, and empties it afterwards',
  proof:
    'Each node is asked for what it stores, and is given one more message: it stores more than its limit, and refuses the message.',
  example: '{ kind: fill-storage, nodes: qa1a/qa@leader }',
  schema,
  requires: ['storage'],
  title: (options: Options) => `fill the storage of ${listOf(options.nodes).join(', ')}`,
  resolve: async (ctx, options) => {
    const target = await resolveNodes(ctx, options.nodes);
    for (const node of target.nodes) await demandLimit(nodeAt(ctx, node));
    return target;
  },
  observe: (ctx, target, options) =>
    observeEach(target.nodes, (node) => observeNode(ctx, node, options).catch(() => null)),
  vacuous: (before) => {
    const silent = Object.keys(before).filter((node) => before[node] === null);
    if (silent.length > 0) return `${silent.join(', ')} does not answer`;
    const full = Object.keys(before).filter((node) => before[node]?.filler === true || isFull(before[node]));
    return full.length === 0 ? null : `the storage of ${full.join(', ')} was filled already`;
  },
  undo: (target, { account }, { driver }) =>
    target.nodes.map((node) => ({
      driver,
      op: 'jetstream.delete-stream',
      args: { cluster: clusterOf(node), account, stream: fillerOf(node).name },
    })),
  inject: async (ctx, target, options) => {
    for (const node of target.nodes) {
      const { usedBytes, limitBytes } = await readStorage(nodeAt(ctx, node).monitor);
      const maxBytes = limitBytes - usedBytes + MARGIN_BYTES;
      await onNode(ctx, node, options, (connection) =>
        fillUp(connection, fillerOf(node), { whose: 'server', maxBytes, signal: ctx.signal }),
      );
    }
  },
  inForce: (_before, now) => ({
    proven: everyNode(now, (node) => isFull(node) && node?.filler === true && node.refusal !== null),
    statement: describe(now),
  }),
  removed: (_before, now) => ({
    proven: everyNode(now, (node) => node !== null && !isFull(node) && !node.filler),
    statement: describe(now),
  }),
};

/** @throws ChaosError for a node that has more room than the fault ever fills */
async function demandLimit({ address: node, cluster, monitor }: NodeInfo): Promise<void> {
  const reading = await readStorage(monitor).catch(() => null);
  const room = reading === null ? 0 : reading.limitBytes - reading.usedBytes;
  demandRoom(room, node, `give ${cluster} a smaller jetstream.maxFile in the environment`);
}

async function observeNode(
  ctx: SystemContext,
  node: string,
  options: Options,
): Promise<NonNullable<Observation[string]>> {
  const { usedBytes, limitBytes, streams } = await readStorage(nodeAt(ctx, node).monitor);
  const { name, subject } = fillerOf(node);
  const filler = streams.includes(name);
  const refusal = filler ? await onNode(ctx, node, options, (one) => refusalOf(one, subject)) : null;
  return { usedBytes, limitBytes, filler, refusal };
}

/** Every node has its own filler, so that one node can be filled and another not. */
function fillerOf(node: string): Filler {
  const [cluster = '', name = ''] = node.split('/');
  return {
    name: `chaos_filler_${cluster}_${name}`,
    subject: `chaos.filler.${cluster}.${name}`,
    node: name,
  };
}

function onNode<T>(
  ctx: SystemContext,
  node: string,
  { account }: Options,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  return withConnection(ctx.driver.connect([nodeAt(ctx, node).client], account, 'nats-chaos/fault'), use);
}

function nodeAt(ctx: SystemContext, address: string): NodeInfo {
  const node = ctx.nodes.find((one) => one.address === address);
  if (!node) throw new ChaosError('failed', `there is no node ${address}`);
  return node;
}

function clusterOf(node: string): string {
  return node.split('/')[0] ?? '';
}

/** A server refuses messages once it stores more than its limit. */
function isFull(node: Observation[string] | undefined): boolean {
  return node !== null && node !== undefined && node.usedBytes > node.limitBytes;
}

function describe(now: Observation): string {
  return Object.entries(now)
    .map(([node, observation]) => {
      if (observation === null) return `${node} does not answer`;
      const stored = `${node} stores ${observation.usedBytes} bytes of ${observation.limitBytes}`;
      if (!observation.filler) return `${stored}, and no filler`;
      return `${stored}, and ${observation.refusal === null ? 'takes more' : `refuses more: ${observation.refusal}`}`;
    })
    .join('; ');
}
