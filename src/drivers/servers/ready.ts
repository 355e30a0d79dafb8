import type { Connection } from '../../nats/connect.ts';
import { getJson, type Jsz, type Varz } from '../../nats/monitor/monitor.ts';
import type { Observer } from '../../nats/monitor/observer.ts';
import { throwIfAborted, until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { gatewayPeers, type EnvironmentSpec, type StreamSpec } from '../spec.ts';
import { interestKnown } from './interest.ts';
import { makeConsumers, makeStream } from './make-assets.ts';
import type { PlacedNode } from './topology.ts';

const READY_MS = 60_000;
/** An election that is lost is followed by another one within nine seconds. */
const LED_MS = 20_000;

export interface ReadyContext {
  spec: EnvironmentSpec;
  nodes: readonly PlacedNode[];
  /** Why a node's server is down, in words; null while it is not. */
  whyDown(node: string): Promise<string | null>;
  observer: Observer;
  connect(server: string, account: string): Promise<Connection>;
  missing(): Promise<string[]>;
  /** Left out: the servers have no tag. */
  tag?: string;
  signal: AbortSignal;
  progress(text: string): void;
}

/**
 * Waits until everything that is declared exists, and creates what does not exist yet.
 *
 * @throws ChaosError `not-ready` with what was missing when the deadline passed
 */
export async function becomeReady(given: ReadyContext): Promise<void> {
  // After one failure, the other waits are pointless.
  const others = new AbortController();
  const ctx = { ...given, signal: AbortSignal.any([given.signal, others.signal]) };
  try {
    await Promise.all(ctx.nodes.map((node) => answersAsOurs(ctx, node)));
    ctx.progress(`${ctx.nodes.length} servers answer; waiting for JetStream`);
    await led(ctx);
    const streams = ctx.spec.streams;
    await Promise.all(
      streams.filter((s) => !s.mirror && s.sources.length === 0).map((s) => makeStream(ctx, s)),
    );
    await linksUp(ctx);
    await Promise.all(streams.filter((s) => s.mirror ?? s.sources.length > 0).map((s) => makeStream(ctx, s)));
    await makeConsumers(ctx);
    await Promise.all(streams.map((stream) => replicated(ctx, stream)));
    await interestKnown({ ...ctx, streams });
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

/** Waits until a node's port answers, and checks that the server there is the one of this run. */
async function answersAsOurs(ctx: ReadyContext, node: PlacedNode): Promise<void> {
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

/**
 * Waits until the servers that are asked for streams know the leader of their meta group: a request that comes before is
 * lost, and only repeated a second later. Without a leader for long, the requests themselves say what is missing.
 */
async function led(ctx: ReadyContext): Promise<void> {
  const { spec, nodes, signal } = ctx;
  const asked = spec.clusters
    .filter(({ name }) => spec.streams.some(({ cluster }) => cluster === name))
    .filter((cluster) => cluster.nodes.length > 1 || gatewayPeers(spec.links, cluster.name).length > 0)
    .flatMap(({ name }) => nodes.find(({ cluster }) => cluster === name) ?? []);
  await Promise.all(
    asked.map(async ({ address, monitor }) => {
      const hasLeader = async (): Promise<boolean> => {
        const { meta_cluster: meta } = await getJson<Jsz>(monitor, '/jsz', 500);
        return (meta?.leader ?? '') !== '';
      };
      await until(hasLeader, {
        timeoutMs: LED_MS,
        everyMs: 20,
        signal,
        what: `a meta leader for ${address}`,
      }).catch(() => throwIfAborted(signal));
    }),
  );
}

/** A server ended during its start, usually because another process took one of its ports. */
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
