import { ApiRefusal } from '../../nats/assets/api.ts';
import { orderStepDown } from '../../nats/assets/order-step-down.ts';
import { addConsumer, addStream, type ProvisionOptions } from '../../nats/assets/provision.ts';
import { asConfig } from '../../nats/assets/settings/config.ts';
import { withConnection, type Connection } from '../../nats/connect.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { gatewayPeers, type ConsumerSpec, type EnvironmentSpec, type StreamSpec } from '../spec.ts';
import { untakenOfConsumer, untakenOfStream } from './differences.ts';
import { consumerRequest, streamRequest } from './requests.ts';
import type { PlacedNode } from './topology.ts';

/** Streams and consumers that take longer than this to be made are not going to be. */
const MADE_MS: Milliseconds = 60_000;
/** Consumers that are made at once on one connection: each replicated one elects a leader. */
const AT_ONCE = 16;

export interface AssetsContext {
  spec: EnvironmentSpec;
  nodes: readonly PlacedNode[];
  connect(server: string, account: string): Promise<Connection>;
  signal: AbortSignal;
  progress(text: string): void;
}

/** @throws ChaosError `not-ready` when it cannot be made, or the server did not take a setting */
export async function makeStream(ctx: AssetsContext, stream: StreamSpec): Promise<void> {
  const inSuperCluster = gatewayPeers(ctx.spec.links, stream.cluster).length > 0;
  const request = streamRequest(stream, inSuperCluster ? stream.cluster : undefined);
  await onCluster(ctx, stream, async (connection, options) => {
    taken(untakenOfStream(stream, await addStream(connection, request, options)), connection);
  });
}

/** Makes every consumer, some at once. */
export async function makeConsumers(ctx: AssetsContext): Promise<void> {
  const places = new Map<string, ConsumerSpec[]>();
  for (const consumer of ctx.spec.consumers) {
    const place = `${consumer.cluster}/${consumer.account}`;
    places.set(place, [...(places.get(place) ?? []), consumer]);
  }
  await Promise.all([...places.values()].map((consumers) => makeConsumersOfPlace(ctx, consumers)));
}

/** @param consumers of one cluster and account */
async function makeConsumersOfPlace(ctx: AssetsContext, consumers: readonly ConsumerSpec[]): Promise<void> {
  const [first] = consumers;
  if (first === undefined) return;
  if (consumers.length > AT_ONCE) ctx.progress(`making ${consumers.length} consumers on ${first.cluster}`);
  await onCluster(ctx, first, async (connection, options) => {
    const left = [...consumers];
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const { stream, name } = next;
        const request = { stream, name, config: asConfig(consumerRequest(next)) };
        taken(untakenOfConsumer(next, await addConsumer(connection, request, options)), connection);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  });
}

/** A server takes a request with fields that it does not know, and leaves them out. */
function taken(untaken: readonly string[], connection: Connection): void {
  if (untaken.length === 0) return;
  const version = connection.info?.version ?? 'of an unknown version';
  throw new ChaosError(
    'not-ready',
    `nats-server ${version} did not take every setting: ${untaken.join('; ')}`,
  );
}

async function onCluster(
  ctx: AssetsContext,
  where: { cluster: string; account: string; address: string },
  make: (connection: Connection, options: ProvisionOptions) => Promise<void>,
): Promise<void> {
  const node = ctx.nodes.find((n) => n.cluster === where.cluster);
  if (!node) throw new ChaosError('invalid', `${where.address}: there is no cluster ${where.cluster}`);
  const onNoPeers = (): Promise<void> => replaceMetaLeader(ctx, node);
  const options = { timeoutMs: MADE_MS, signal: ctx.signal, onNoPeers };
  try {
    await withConnection(ctx.connect(node.client, where.account), (connection) => make(connection, options));
  } catch (error) {
    if (error instanceof ChaosError && !(error instanceof ApiRefusal)) throw error;
    throw new ChaosError('not-ready', `${where.address}: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Now and then a meta leader never hears of another node, although all routes are up (seen with 2.10.27): it would refuse
 * every replicated stream for good, and another leader does not.
 */
async function replaceMetaLeader(ctx: AssetsContext, { cluster, client }: PlacedNode): Promise<void> {
  const system = ctx.spec.accounts.find((account) => account.system && account.users.length > 0);
  if (system === undefined) return;
  ctx.progress(`the meta leader of ${cluster} knows too few of its nodes; it steps down for another one`);
  await withConnection(ctx.connect(client, system.name), (connection) =>
    orderStepDown(connection, 'META.LEADER.STEPDOWN'),
  ).catch(() => undefined); // creation fails with the server's own words
}
