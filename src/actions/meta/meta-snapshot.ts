import { askUntilDone } from '../../nats/assets/api.ts';
import { deleteStream } from '../../nats/assets/filler.ts';
import type { Connection } from '../../nats/connect.ts';
import { readMetaGroup, type MetaGroupReading } from '../../nats/monitor/meta-group.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { onCluster, systemName } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';

const schema = strictObject(
  {
    kind: Type.Literal('meta-snapshot'),
    cluster: address('cluster', 'The cluster whose meta group has to make snapshots.'),
    assets: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 500,
        description: 'How many streams of one replica are made and deleted again, each with a consumer.',
      }),
      100,
    ),
    within: defaulted(
      timeLimit('How long the snapshots may take once all is deleted; servers make them every minute.'),
      '2m',
    ),
  },
  'Makes and deletes many streams and consumers, and waits until every node of the cluster has made a snapshot of its meta group that includes them.',
);
type Options = Static<typeof schema>;

export const metaSnapshot: Action<typeof schema> = {
  kind: 'meta-snapshot',
  summary: 'Makes and deletes many streams and consumers, and waits for snapshots of the meta group',
  proof: 'The log of the meta group on every node: it has applied the new entries, and it begins after them.',
  example: '{ kind: meta-snapshot, cluster: qa1a, assets: 20 }',
  schema,
  requires: [],
  title: ({ cluster, assets }: Options) => `${assets} streams made and deleted in ${cluster}`,
  async perform(ctx, { cluster, assets, within }) {
    const before = await readAll(ctx, cluster);
    const names = Array.from({ length: assets }, (_, i) => `chaos_asset_${i}`);
    await onCluster(ctx, cluster, jetStreamAccount(ctx), async (connection) => {
      try {
        // One by one: requests made at the same moment can become a single entry of the log.
        for (const name of names) await make(connection, name, ctx.signal);
      } finally {
        // Deleted after a failure too.
        for (const name of names) await deleteStream(connection, name);
      }
    });
    const done = await readAll(ctx, cluster);
    return observeUntil({
      observe: () => readAll(ctx, cluster),
      holds: (now) =>
        // To make and delete a stream and its consumer takes at least three entries.
        now.every(({ node, log }) => {
          const was = logOf(before, node);
          return log.applied - was.applied >= 3 * assets && log.firstIndex > logOf(done, node).applied;
        }),
      describe: (now) =>
        now
          .map(({ node, log }) => {
            const was = logOf(before, node);
            return `${node}: ${log.applied - was.applied} entries applied, log from ${was.firstIndex} before, from ${log.firstIndex} now`;
          })
          .join('; '),
      timeoutMs: within,
      signal: ctx.signal,
    });
  },
};

interface NodeLog {
  node: string;
  log: MetaGroupReading;
}

function readAll(ctx: ActionContext, cluster: string): Promise<NodeLog[]> {
  const members = ctx.nodes.filter((node) => node.cluster === cluster);
  return Promise.all(
    members.map(async ({ address: node, monitor }) => ({
      node,
      log: await readMetaGroup(monitor, systemName(ctx)),
    })),
  );
}

function logOf(all: readonly NodeLog[], node: string): MetaGroupReading {
  return all.find((one) => one.node === node)?.log ?? { applied: 0, firstIndex: 0 };
}

function jetStreamAccount(ctx: ActionContext): string {
  const account = ctx.spec.accounts.find((one) => one.jetstream && !one.system && one.users.length > 0);
  if (!account) throw new ChaosError('failed', 'there is no account with JetStream and a user');
  return account.name;
}

async function make(connection: Connection, name: string, signal: AbortSignal): Promise<void> {
  const stream = { name, subjects: [`chaos.asset.${name}`], num_replicas: 1 };
  await askUntilDone(connection, `STREAM.CREATE.${name}`, stream, { signal });
  const consumer = { stream_name: name, config: { durable_name: 'c', ack_policy: 'explicit' } };
  await askUntilDone(connection, `CONSUMER.DURABLE.CREATE.${name}.c`, consumer, { signal });
}
