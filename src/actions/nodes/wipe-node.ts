import type { NodeInfo } from '../../drivers/driver.ts';
import { disk, processes } from '../../faults/capabilities.ts';
import { readLocalStreams } from '../../nats/monitor/local-streams.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Action, ActionContext } from '../action.ts';
import { nameOf } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';
import { peersOf } from '../replicas.ts';
import { resolveNode } from '../targets.ts';
import { healthyAgain } from './restarting.ts';

const schema = strictObject(
  {
    kind: Type.Literal('wipe-node'),
    node: address('nodes', 'The one node, by name or by role; no stream has its one replica there.'),
    within: defaulted(timeLimit('How long it may take to have everything again.'), '2m'),
  },
  'Stops a node, removes everything in its store, as when its disk is replaced, and starts it empty: the others give it all of its replicas again.',
);
type Options = Static<typeof schema>;

export const wipeNode: Action<typeof schema> = {
  kind: 'wipe-node',
  summary: 'Stops a node, empties its store and starts it; the others fill it again',
  proof:
    'No file is left in the store while the node is down; then it is healthy, every stream that had a replica there has all of them current, and the node itself reports their last sequences.',
  example: '{ kind: wipe-node, node: qa1a/qa@follower }',
  schema,
  requires: ['processes', 'disk'],
  takesNodesDown: () => 'one-by-one',
  title: ({ node }: Options) => `empty the store of ${node}`,
  async perform(ctx, options) {
    const node = await resolveNode(ctx, options.node);
    const streams = await replicasOn(ctx, node);
    ctx.demandMayGoDown([node.address]);
    await ctx.withNodes([node.address], () => emptied(ctx, node.address, options.within));
    return `the store of ${node.address} was empty; then ${await caughtUp(ctx, node, streams, options.within)}`;
  },
};

async function emptied(ctx: ActionContext, node: string, withinMs: Milliseconds): Promise<void> {
  ctx.undoLater(`wipe of ${node}`, { driver: ctx.driver.kind, op: 'processes.start', args: { node } });
  await processes(ctx).stop(node);
  const { files } = await disk(ctx).wipeStore(node);
  if (files > 0) throw new ChaosError('failed', `${files} files are left in the store of ${node}`);
  await processes(ctx).start(node);
  await healthyAgain(ctx, node, withinMs, 'start without a store');
}

interface Replica {
  stream: string;
  lastSeq: number;
  replicas: number;
}

/** @throws ChaosError for a stream that would be lost with the node, and where there is no replica at all */
async function replicasOn(ctx: ActionContext, node: NodeInfo): Promise<Replica[]> {
  const all: Replica[] = [];
  for (const { address: stream, cluster } of ctx.spec.streams) {
    if (cluster !== node.cluster) continue;
    const info = await ctx.observer.streamInfo(stream);
    if (!peersOf(info).includes(node.name)) continue;
    if (info.replicas < 2) {
      throw new ChaosError(
        'failed',
        `${stream} has its one replica on ${node.name}: everything in it would be lost`,
      );
    }
    all.push({ stream, lastSeq: info.lastSeq, replicas: info.replicas });
  }
  if (all.length === 0) throw new ChaosError('failed', `${node.address} has no replica of a declared stream`);
  return all;
}

function caughtUp(
  ctx: ActionContext,
  node: NodeInfo,
  streams: readonly Replica[],
  timeoutMs: Milliseconds,
): Promise<string> {
  return observeUntil({
    observe: async () => {
      const local = await readLocalStreams(node.monitor);
      return Promise.all(
        streams.map(async ({ stream, lastSeq, replicas }) => ({
          stream,
          before: lastSeq,
          there: local.find(({ name }) => name === nameOf(stream))?.lastSeq ?? null,
          current: (await ctx.observer.streamInfo(stream)).currentReplicas,
          replicas,
        })),
      );
    },
    holds: (now) =>
      now.every(
        ({ there, before, current, replicas }) => there !== null && there >= before && current === replicas,
      ),
    describe: (now) =>
      now
        .map(
          ({ stream, there, before, current, replicas }) =>
            `${stream}: ${current} of ${replicas} replicas current, last sequence ${before} before, ${there ?? 'none'} on ${node.name} now`,
        )
        .join('; '),
    timeoutMs,
    signal: ctx.signal,
  });
}
