import { askApi } from '../nats/api.ts';
import { deleteStream } from '../nats/ballast.ts';
import type { Connection } from '../nats/connect.ts';
import { readMetaGroup, type MetaGroupReading } from '../nats/meta-group.ts';
import { until } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import { address, defaulted, duration, strictObject, Type, type Static } from '../support/schema.ts';
import type { Action, ActionContext } from './action.ts';
import { onCluster, systemName } from './on-cluster.ts';
import { see } from './see.ts';

const CREATE_MS = 30_000;

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
      duration('How long the snapshots may take once all is deleted; servers make them every minute.'),
      '2m',
    ),
  },
  'Makes and deletes many streams and consumers, and waits until every node of the cluster has taken all that into a snapshot of its meta group.',
);
type Options = Static<typeof schema>;

export const metaSnapshot: Action<typeof schema> = {
  kind: 'meta-snapshot',
  summary: 'Makes and deletes many streams and consumers until the meta group has made snapshots of it',
  schema,
  requires: [],
  title: ({ cluster, assets }: Options) => `${assets} streams made and deleted in ${cluster}`,
  async perform(ctx, { cluster, assets, within }) {
    const before = await readAll(ctx, cluster);
    const names = Array.from({ length: assets }, (_, i) => `chaos_asset_${i}`);
    await onCluster(ctx, cluster, jetStreamAccount(ctx), async (connection) => {
      try {
        // One by one: what is asked for at one moment can become one entry of the log.
        for (const name of names) await make(connection, name, ctx.signal);
      } finally {
        // What was made is deleted on every way out.
        for (const name of names) await deleteStream(connection, name);
      }
    });
    const done = await readAll(ctx, cluster);
    return see({
      look: () => readAll(ctx, cluster),
      holds: (now) =>
        // Making and deleting a stream and its consumer are three entries at the least.
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

interface Seen {
  node: string;
  log: MetaGroupReading;
}

function readAll(ctx: ActionContext, cluster: string): Promise<Seen[]> {
  const members = ctx.nodes.filter((node) => node.cluster === cluster);
  return Promise.all(
    members.map(async ({ address: node, monitor }) => ({
      node,
      log: await readMetaGroup(monitor, systemName(ctx)),
    })),
  );
}

function logOf(all: readonly Seen[], node: string): MetaGroupReading {
  return all.find((one) => one.node === node)?.log ?? { applied: 0, firstIndex: 0 };
}

function jetStreamAccount(ctx: ActionContext): string {
  const account = ctx.spec.accounts.find((one) => one.jetstream && !one.system && one.users.length > 0);
  if (!account) throw new ChaosError('failed', 'there is no account with JetStream and a user');
  return account.name;
}

async function make(connection: Connection, name: string, signal: AbortSignal): Promise<void> {
  const insist = (subject: string, request: object): Promise<unknown> =>
    until(() => askApi(connection, subject, request), {
      timeoutMs: CREATE_MS,
      everyMs: 100,
      signal,
      what: subject,
    });
  await insist(`STREAM.CREATE.${name}`, { name, subjects: [`chaos.asset.${name}`], num_replicas: 1 });
  await insist(`CONSUMER.DURABLE.CREATE.${name}.c`, {
    stream_name: name,
    config: { durable_name: 'c', ack_policy: 'explicit' },
  });
}
