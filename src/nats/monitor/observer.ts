import type { JetStreamManager } from '@nats-io/jetstream';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { withDeadline } from '../../support/deadline.ts';
import type { Connection } from '../connect.ts';
import { readEndpoint, type MonitorEndpoint, type MonitorQuery } from './endpoints.ts';
import {
  readGateways,
  readOutboundGateways,
  type GatewaysReading,
  type OutboundGateway,
} from './gateways.ts';
import { ObserverConnections } from './observer-connections.ts';
import { readRoutes, type PeerReading } from './routes.ts';
import { answeringServers } from './server-list.ts';
import { ServerNames } from './server-names.ts';
import { getJson, type Healthz, type Jsz, type Leafz, type Varz } from './monitor.ts';

/** The runner's own view of the servers, on connections that bypass the faults that clients are exposed to. */
export interface Observer {
  /** @throws ChaosError when no node of the cluster answers within the observer's deadline */
  streamInfo(address: string): Promise<StreamReading>;
  /** Name of the node that reports itself as the leader of a stream; null without one. */
  streamLeader(address: string): Promise<string | null>;
  /** Name of the raft group of a stream, as a node that holds it reports; null for a stream without one. */
  raftGroup(address: string): Promise<string | null>;
  consumerInfo(address: string): Promise<ConsumerReading>;
  /** `/varz` of one node. @throws ChaosError when it does not answer */
  server(node: string): Promise<ServerReading>;
  /** The JSON of any monitoring endpoint of one node. @throws ChaosError when it does not answer, or with no JSON */
  monitor(node: string, endpoint: MonitorEndpoint, query?: MonitorQuery): Promise<unknown>;
  /** `/healthz` of one node: true only for a clean `ok`. */
  healthy(node: string): Promise<boolean>;
  /** What a node says against its health, in words; null when it is healthy. */
  whyUnhealthy(node: string): Promise<string | null>;
  /** Whether the monitoring endpoint of a node answers at all, within half a second. */
  answers(node: string): Promise<boolean>;
  routes(node: string): Promise<PeerReading[]>;
  leafnodes(node: string): Promise<LeafnodeReading[]>;
  gateways(node: string): Promise<GatewaysReading>;
  /** What a node knows of its connections to other clusters. @throws ChaosError when it does not answer */
  outboundGateways(node: string): Promise<OutboundGateway[]>;
  /**
   * Names of all servers that answer a question in the system account, asked at a node.
   *
   * @throws ChaosError when the node does not answer, or there is no user of a system account
   */
  serverList(node: string): Promise<string[]>;
  /** Name of the meta leader as `node` reports it, or null. */
  metaLeader(node: string): Promise<string | null>;
  close(): Promise<void>;
}

export interface ServerReading {
  /** New with every start of a server. */
  id: string;
  version: string;
  /** When its configuration was loaded last, ms since 1970. */
  configLoadedAt: number;
  /** How long it has run, by its own clock, in milliseconds. */
  upMs: number;
}

export interface LeafnodeReading extends PeerReading {
  /** The account that the link joins. */
  account: string;
}

export interface StreamReading {
  messages: number;
  firstSeq: number;
  lastSeq: number;
  /** Server name, or null without one. */
  leader: string | null;
  /** Server names of the other replicas. */
  followers: string[];
  /** Replicas that are current and online, the leader included. */
  currentReplicas: number;
  replicas: number;
  /** What a mirror reports about itself; null for a stream that mirrors nothing. */
  mirror: { name: string; lag: number; activeNs: number; error: string | null } | null;
}

export interface ConsumerReading {
  ackFloor: number;
  delivered: number;
  pending: number;
  ackPending: number;
  redelivered: number;
  leader: string | null;
  /** Server names of the other replicas. */
  followers: string[];
}

/** What an observer reads. */
export interface ObserverOptions {
  nodes: readonly { address: string; cluster: string; name: string; client: string; monitor: string }[];
  /** `cluster/stream` → the account that it lives in. */
  accountOf(stream: string): string;
  /** The system account; undefined without one, or without a user of it. */
  systemAccount: string | undefined;
  /** Opens a connection to one node, past the proxies. */
  connect(server: string, account: string): Promise<Connection>;
}

const REQUEST_MS = 1_000;
const ANSWER_MS = 500;

/** An observer with its own connections, one for each node and account, opened at the first use. */
export function createObserver(options: ObserverOptions): Observer {
  const connections = new ObserverConnections((server, account) => options.connect(server, account));
  /** Cluster → the node that answered last; it is asked first, so that a dead node costs its deadline only once. */
  const preferred = new Map<string, string>();
  const names = new ServerNames(options.nodes.map((node) => node.monitor));

  const ask = async <T>(address: string, question: (jsm: JetStreamManager) => Promise<T>): Promise<T> => {
    const [cluster = '', stream = ''] = address.split('/');
    const account = options.accountOf(`${cluster}/${stream}`);
    const nodes = options.nodes.filter((node) => node.cluster === cluster);
    const first = preferred.get(cluster);
    let failure: unknown;
    for (const node of nodes.sort((a, b) => Number(b.client === first) - Number(a.client === first))) {
      try {
        const jsm = await withDeadline(
          connections.manager(node.client, account),
          REQUEST_MS,
          `connection to ${node.address}`,
        );
        const answer = await withDeadline(question(jsm), REQUEST_MS + 100, `answer of ${node.address}`);
        preferred.set(cluster, node.client);
        return answer;
      } catch (error) {
        failure = error;
        if (isDefinite(error)) break;
      }
    }
    throw new ChaosError('failed', `${address}: ${reasonOf(failure)}`, { cause: failure });
  };

  const nodeAt = (address: string): ObserverOptions['nodes'][number] => {
    const node = options.nodes.find((n) => n.address === address);
    if (!node) throw new ChaosError('failed', `there is no node ${address}`);
    return node;
  };

  const whyUnhealthy = async (node: string): Promise<string | null> => {
    try {
      const { status, error } = await getJson<Healthz>(nodeAt(node).monitor, '/healthz');
      return status === 'ok' ? null : (error ?? `it says that it is ${status ?? 'something unknown'}`);
    } catch (error) {
      return messageOf(error);
    }
  };

  return {
    async streamInfo(address) {
      const info = await ask(address, (jsm) => jsm.streams.info(address.split('/')[1] ?? ''));
      const peers = info.cluster?.replicas ?? [];
      const leader = info.cluster?.leader ?? null;
      const mirror = info.mirror;
      return {
        messages: info.state.messages,
        firstSeq: info.state.first_seq,
        lastSeq: info.state.last_seq,
        leader,
        followers: peers.map((peer) => peer.name),
        // A server that stands alone reports no cluster: it is the one replica there is.
        currentReplicas:
          (leader === null && info.cluster !== undefined ? 0 : 1) +
          peers.filter((p) => p.current && !p.offline).length,
        replicas: info.config.num_replicas,
        mirror: mirror
          ? {
              name: mirror.name,
              lag: mirror.lag,
              activeNs: mirror.active,
              error: mirror.error?.description ?? null,
            }
          : null,
      };
    },
    async consumerInfo(address) {
      const [, stream = '', consumer = ''] = address.split('/');
      const info = await ask(address, (jsm) => jsm.consumers.info(stream, consumer));
      return {
        ackFloor: info.ack_floor.stream_seq,
        delivered: info.delivered.stream_seq,
        pending: info.num_pending,
        ackPending: info.num_ack_pending,
        redelivered: info.num_redelivered,
        leader: info.cluster?.leader ?? null,
        followers: (info.cluster?.replicas ?? []).map(({ name }) => name),
      };
    },
    async streamLeader(address) {
      const [cluster = '', stream = ''] = address.split('/');
      const account = options.accountOf(address);
      const nodes = options.nodes.filter((node) => node.cluster === cluster);
      // Only a node that names itself counts: others may still name a leader that is down.
      const claims = await Promise.all(
        nodes.map(async (node) => {
          const jsz = await getJson<Jsz>(node.monitor, '/jsz?accounts=1&streams=1', ANSWER_MS).catch(
            () => null,
          );
          const found = jsz?.account_details
            ?.find((detail) => detail.name === account)
            ?.stream_detail?.find((detail) => detail.name === stream);
          const leads =
            found !== undefined && (found.cluster === undefined || found.cluster.leader === node.name);
          return { answered: jsz !== null, name: leads ? node.name : null };
        }),
      );
      if (claims.every((claim) => !claim.answered)) {
        throw new ChaosError(
          'failed',
          `${address}: no node of ${cluster} answers on its monitoring endpoint`,
        );
      }
      return claims.find((claim) => claim.name !== null)?.name ?? null;
    },
    async raftGroup(address) {
      const [cluster = '', stream = ''] = address.split('/');
      const account = options.accountOf(address);
      const nodes = options.nodes.filter((node) => node.cluster === cluster);
      const views = await Promise.all(
        nodes.map((node) =>
          getJson<Jsz>(node.monitor, '/jsz?accounts=1&streams=1&raft=1', ANSWER_MS).catch(() => null),
        ),
      );
      const held = views
        .flatMap(
          (jsz) => jsz?.account_details?.find((detail) => detail.name === account)?.stream_detail ?? [],
        )
        .filter((detail) => detail.name === stream);
      return held.find((detail) => detail.stream_raft_group)?.stream_raft_group ?? null;
    },
    async server(node) {
      const varz = await getJson<Varz>(nodeAt(node).monitor, '/varz');
      return {
        id: varz.server_id,
        version: varz.version,
        configLoadedAt: Date.parse(varz.config_load_time),
        upMs: Date.parse(varz.now) - Date.parse(varz.start),
      };
    },
    monitor: async (node, endpoint, query) => readEndpoint(nodeAt(node).monitor, endpoint, query),
    healthy: async (node) => (await whyUnhealthy(node)) === null,
    whyUnhealthy,
    async answers(node) {
      const varz = await getJson(nodeAt(node).monitor, '/healthz?js-enabled-only=true', ANSWER_MS).catch(
        () => null,
      );
      return varz !== null;
    },
    routes: async (node) => readRoutes(nodeAt(node).monitor, names),
    async leafnodes(node) {
      const { leafs } = await getJson<Leafz>(nodeAt(node).monitor, '/leafz');
      return (leafs ?? []).map(({ name = '', ip, port, account = '' }) => ({ name, ip, port, account }));
    },
    gateways: async (node) => readGateways(nodeAt(node).monitor, names),
    outboundGateways: async (node) => readOutboundGateways(nodeAt(node).monitor),
    async serverList(node) {
      const { systemAccount } = options;
      if (systemAccount === undefined)
        throw new ChaosError('failed', 'there is no user of a system account to ask as');
      const connection = await withDeadline(
        connections.connection(nodeAt(node).client, systemAccount),
        REQUEST_MS,
        `connection to ${node}`,
      );
      return answeringServers(connection);
    },
    async metaLeader(node) {
      const jsz = await getJson<Jsz>(nodeAt(node).monitor, '/jsz');
      return jsz.meta_cluster?.leader ?? null;
    },
    close: () => connections.close(),
  };
}

/** Whether the API itself answered, for example `stream not found`: another node would answer the same. */
function isDefinite(error: unknown): boolean {
  return error instanceof Error && 'apiError' in error;
}

function reasonOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : 'no node answered';
}
