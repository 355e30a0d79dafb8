import { fill as fillUp, readStorage, refusalOf, type Ballast } from '../nats/ballast.ts';
import { lend, type Connection } from '../nats/connect.ts';
import { ChaosError } from '../support/errors.ts';
import { address, defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import type { Bytes } from '../support/units.ts';
import type { NodeInfo } from '../drivers/driver.ts';
import { commonFaultFields, type Fault, type SystemContext } from './fault.ts';
import { listOf, nodesField } from './fields.ts';
import { demandRoom, MARGIN_BYTES } from './filling.ts';
import { resolveNodes } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('fill-storage'),
    nodes: nodesField,
    account: defaulted(
      address('account', 'The account in which the filling is stored; it has JetStream and a user.'),
      'APP',
    ),
    ...commonFaultFields,
  },
  'Fills the file storage of nodes to their limit (jetstream.maxFile of the cluster, or what its config says), with a stream of one replica on each, so that they refuse to store any more; undone by deleting those streams. More than 2 GiB for one node is refused.',
);
type Options = Static<typeof schema>;

/** What a node says; null while it does not answer. `refusal` is its answer to one more message, null when stored. */
type Observation = {
  [node: string]: { usedBytes: Bytes; limitBytes: Bytes; ballast: boolean; refusal: string | null } | null;
};

export const fillStorage: Fault<typeof schema, Observation> = {
  kind: 'fill-storage',
  summary: 'Fills the file storage of nodes until they refuse to store any more, and empties it afterwards',
  schema,
  requires: ['storage'],
  title: (options: Options) => `fill the storage of ${listOf(options.nodes).join(', ')}`,
  resolve: async (ctx, options) => {
    const target = await resolveNodes(ctx, options.nodes);
    for (const node of target.nodes) await demandLimit(nodeAt(ctx, node));
    return target;
  },
  observe: async (ctx, target, options) => {
    const seen = target.nodes.map(
      async (node) => [node, await look(ctx, node, options).catch(() => null)] as const,
    );
    return Object.fromEntries(await Promise.all(seen));
  },
  vacuous: (before) => {
    const silent = Object.keys(before).filter((node) => before[node] === null);
    if (silent.length > 0) return `${silent.join(', ')} does not answer`;
    const full = Object.keys(before).filter((node) => before[node]?.ballast === true || isFull(before[node]));
    return full.length === 0 ? null : `the storage of ${full.join(', ')} was filled already`;
  },
  undo: (target, { account }, { driver }) =>
    target.nodes.map((node) => ({
      driver,
      op: 'jetstream.delete-stream',
      args: { cluster: clusterOf(node), account, stream: ballastOf(node).name },
    })),
  inject: async (ctx, target, options) => {
    for (const node of target.nodes) {
      const { usedBytes, limitBytes } = await readStorage(nodeAt(ctx, node).monitor);
      const maxBytes = limitBytes - usedBytes + MARGIN_BYTES;
      await onNode(ctx, node, options, (connection) =>
        fillUp(connection, ballastOf(node), { whose: 'server', maxBytes, signal: ctx.signal }),
      );
    }
  },
  inForce: (_before, now) => ({
    proven: everyNode(now, (node) => isFull(node) && node.ballast && node.refusal !== null),
    statement: describe(now),
  }),
  removed: (_before, now) => ({
    proven: everyNode(now, (node) => !isFull(node) && !node.ballast),
    statement: describe(now),
  }),
};

/** @throws ChaosError for a node that could take more than is ever written */
async function demandLimit({ address: node, cluster, monitor }: NodeInfo): Promise<void> {
  const reading = await readStorage(monitor).catch(() => null);
  const room = reading === null ? 0 : reading.limitBytes - reading.usedBytes;
  demandRoom(room, node, `give ${cluster} a smaller jetstream.maxFile in the environment`);
}

async function look(
  ctx: SystemContext,
  node: string,
  options: Options,
): Promise<NonNullable<Observation[string]>> {
  const { usedBytes, limitBytes, streams } = await readStorage(nodeAt(ctx, node).monitor);
  const { name, subject } = ballastOf(node);
  const ballast = streams.includes(name);
  const refusal = ballast ? await onNode(ctx, node, options, (one) => refusalOf(one, subject)) : null;
  return { usedBytes, limitBytes, ballast, refusal };
}

/** Every node has its own, so that one can be filled and another not. */
function ballastOf(node: string): Ballast {
  const [cluster = '', name = ''] = node.split('/');
  return {
    name: `chaos_ballast_${cluster}_${name}`,
    subject: `chaos.ballast.${cluster}.${name}`,
    node: name,
  };
}

function onNode<T>(
  ctx: SystemContext,
  node: string,
  { account }: Options,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  return lend(ctx.driver.connect([nodeAt(ctx, node).client], account, 'nats-chaos/fault'), use);
}

function nodeAt(ctx: SystemContext, address: string): NodeInfo {
  const node = ctx.nodes.find((one) => one.address === address);
  if (!node) throw new ChaosError('failed', `there is no node ${address}`);
  return node;
}

function clusterOf(node: string): string {
  return node.split('/')[0] ?? '';
}

/** Servers refuse once more is stored than the limit says. */
function isFull(node: Observation[string] | undefined): boolean {
  return node !== null && node !== undefined && node.usedBytes > node.limitBytes;
}

function everyNode(now: Observation, holds: (node: NonNullable<Observation[string]>) => boolean): boolean {
  const nodes = Object.values(now);
  return nodes.length > 0 && nodes.every((node) => node !== null && holds(node));
}

function describe(now: Observation): string {
  return Object.entries(now)
    .map(([node, seen]) => {
      if (seen === null) return `${node} does not answer`;
      const stored = `${node} stores ${seen.usedBytes} bytes of ${seen.limitBytes}`;
      if (!seen.ballast) return `${stored}, and no filling`;
      return `${stored}, and ${seen.refusal === null ? 'takes more' : `refuses more: ${seen.refusal}`}`;
    })
    .join('; ');
}
