import { lend, type Connection } from '../../nats/connect.ts';
import { getJson, type Varz } from '../../nats/monitor.ts';
import type { Observer } from '../../nats/observer.ts';
import { addConsumer, addStream } from '../../nats/provision.ts';
import { openManager } from '../../nats/manager.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import {
  gatewayPeers,
  type ConsumerSpec,
  type EnvironmentSpec,
  type OriginSpec,
  type StreamSpec,
} from '../spec.ts';
import type { PlacedNode } from './topology.ts';

const READY_MS = 60_000;

export interface ReadyContext {
  spec: EnvironmentSpec;
  nodes: readonly PlacedNode[];
  /** Why a node's server is down, in words; null while it is not. */
  whyDown(node: string): Promise<string | null>;
  observer: Observer;
  connect(server: string, account: string): Promise<Connection>;
  missing(): Promise<string[]>;
  /** Left out: the servers carry none. */
  tag?: string;
  signal: AbortSignal;
  progress(text: string): void;
}

/**
 * Waits, by condition, until everything declared is there, and makes what is not made yet.
 *
 * @throws ChaosError `not-ready` with what was missing when the deadline passed
 */
export async function becomeReady(given: ReadyContext): Promise<void> {
  // What waits beside the one that failed has nothing to wait for any more.
  const others = new AbortController();
  const ctx = { ...given, signal: AbortSignal.any([given.signal, others.signal]) };
  try {
    await Promise.all(ctx.nodes.map((node) => ours(ctx, node)));
    ctx.progress(`${ctx.nodes.length} servers answer; waiting for JetStream`);
    const streams = ctx.spec.streams;
    await Promise.all(
      streams.filter((s) => !s.mirror && s.sources.length === 0).map((s) => makeStream(ctx, s)),
    );
    await linksUp(ctx);
    await Promise.all(streams.filter((s) => s.mirror ?? s.sources.length > 0).map((s) => makeStream(ctx, s)));
    await Promise.all(ctx.spec.consumers.map((consumer) => makeConsumer(ctx, consumer)));
    await Promise.all(streams.map((stream) => replicated(ctx, stream)));
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'timeout') {
      throw new ChaosError('not-ready', `the environment did not become ready: ${error.message}`, {
        cause: error,
        hint: "the servers' logs are in the run's folder",
      });
    }
    throw error;
  } finally {
    others.abort();
  }
}

/** The port answers, and it is our server that does, not one of another run. */
async function ours(ctx: ReadyContext, node: PlacedNode): Promise<void> {
  await until(
    async () => {
      const exit = await ctx.whyDown(node.address);
      if (exit !== null) throw new ServerDown(node.address, exit);
      const varz = await getJson<Varz>(node.monitor, '/varz', 500);
      if (ctx.tag !== undefined && varz.tags?.includes(ctx.tag) !== true) {
        throw new ChaosError('unavailable', `another server answers on ${node.monitor}: ${varz.server_name}`);
      }
      return true;
    },
    {
      timeoutMs: READY_MS,
      everyMs: 20,
      signal: ctx.signal,
      what: `${node.address} to answer on ${node.monitor}`,
      fatal: (error) => error instanceof ServerDown,
    },
  );
}

/** A server ended while it was starting: most often another process took one of its ports. */
export class ServerDown extends ChaosError {
  constructor(node: string, exit: string) {
    super('not-ready', `the server of ${node} did not start: it ${exit}`, {
      hint: "its log is in the run's folder",
    });
  }
}

async function linksUp(ctx: ReadyContext): Promise<void> {
  await until(
    async () => {
      const missing = await ctx.missing();
      if (missing.length > 0) throw new ChaosError('not-ready', missing.join('; '));
      return true;
    },
    { timeoutMs: READY_MS, everyMs: 50, signal: ctx.signal, what: 'every link to be up' },
  );
}

async function makeStream(ctx: ReadyContext, stream: StreamSpec): Promise<void> {
  const { mirror, sources, cluster, ...rest } = stream;
  const request = {
    ...rest,
    ...(mirror ? { mirror: originOf(mirror) } : {}),
    sources: sources.map(originOf),
    ...(gatewayPeers(ctx.spec.links, cluster).length > 0 ? { cluster } : {}),
  };
  await onCluster(ctx, stream, (jsm, options) => addStream(jsm, request, options));
}

async function makeConsumer(ctx: ReadyContext, consumer: ConsumerSpec): Promise<void> {
  await onCluster(ctx, consumer, (jsm, options) => addConsumer(jsm, consumer, options));
}

async function onCluster(
  ctx: ReadyContext,
  where: { cluster: string; account: string; address: string },
  make: (
    jsm: Awaited<ReturnType<typeof openManager>>,
    options: { timeoutMs: number; signal: AbortSignal },
  ) => Promise<void>,
): Promise<void> {
  const node = ctx.nodes.find((n) => n.cluster === where.cluster);
  if (!node) throw new ChaosError('invalid', `${where.address}: there is no cluster ${where.cluster}`);
  const options = { timeoutMs: READY_MS, signal: ctx.signal };
  try {
    await lend(ctx.connect(node.client, where.account), async (connection) =>
      make(await openManager(connection), options),
    );
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    throw new ChaosError('not-ready', `${where.address}: ${messageOf(error)}`, { cause: error });
  }
}

async function replicated(ctx: ReadyContext, stream: StreamSpec): Promise<void> {
  await until(
    async () => {
      const info = await ctx.observer.streamInfo(stream.address);
      if (info.leader === null && stream.replicas > 1) throw new ChaosError('not-ready', 'it has no leader');
      if (stream.replicas > 1 && info.currentReplicas < stream.replicas) {
        throw new ChaosError(
          'not-ready',
          `${info.currentReplicas} of ${stream.replicas} replicas are current`,
        );
      }
      return true;
    },
    { timeoutMs: READY_MS, everyMs: 50, signal: ctx.signal, what: `${stream.address} with all its replicas` },
  );
}

function originOf(origin: OriginSpec) {
  return {
    stream: origin.stream,
    ...(origin.externalApi === undefined ? {} : { externalApi: origin.externalApi }),
    ...(origin.externalDeliver === undefined ? {} : { externalDeliver: origin.externalDeliver }),
    ...(origin.filterSubject === undefined ? {} : { filterSubject: origin.filterSubject }),
  };
}
