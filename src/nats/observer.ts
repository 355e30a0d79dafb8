import type { JetStreamManager } from '@nats-io/jetstream';
import { ChaosError } from '../support/errors.ts';
import { withDeadline } from '../support/deadline.ts';
import type { Connection } from './connect.ts';
import { gatewayReader, type GatewaysReading } from './gateways.ts';
import { openManager } from './manager.ts';
import {
  getJson,
  openRoutes,
  type Healthz,
  type Jsz,
  type Leafz,
  type Routez,
  type Varz,
} from './monitor.ts';

/** The runner's own view of the servers, past every fault that clients feel. */
export interface Observer {
  /** @throws ChaosError when no node of the cluster gives an answer within the observer's deadline */
  streamInfo(address: string): Promise<StreamReading>;
  /** Name of the node that leads a stream, by what the nodes say of themselves; null without one. */
  streamLeader(address: string): Promise<string | null>;
  /** Name of the raft group of a stream, as a node that holds it reports; null for a stream without one. */
  raftGroup(address: string): Promise<string | null>;
  consumerInfo(address: string): Promise<ConsumerReading>;
  /** `/varz` of one node. @throws ChaosError when it does not answer */
  server(node: string): Promise<ServerReading>;
  /** `/healthz` of one node: true only for a clean `ok`. */
  healthy(node: string): Promise<boolean>;
  /** Whether the monitoring endpoint of a node answers at all, within half a second. */
  answers(node: string): Promise<boolean>;
  routes(node: string): Promise<PeerReading[]>;
  leafnodes(node: string): Promise<PeerReading[]>;
  gateways(node: string): Promise<GatewaysReading>;
  /** Name of the meta leader as `node` sees it, or null. */
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

export interface PeerReading {
  /** Server name of the other side. */
  name: string;
  ip: string;
  port: number;
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
  /** The mirror's own account of itself; null for a stream that mirrors nothing. */
  mirror: { name: string; lag: number; activeNs: number; error: string | null } | null;
}

export interface ConsumerReading {
  ackFloor: number;
  delivered: number;
  pending: number;
  ackPending: number;
  redelivered: number;
  leader: string | null;
}

/** Where an observer looks. */
export interface ObserverOptions {
  nodes: readonly { address: string; cluster: string; name: string; client: string; monitor: string }[];
  /** `cluster/stream` → the account that it lives in. */
  accountOf(stream: string): string;
  /** Opens a connection to one node, past the proxies. */
  connect(server: string, account: string): Promise<Connection>;
}

const REQUEST_MS = 1_000;
const ANSWER_MS = 500;

/** An observer over connections of its own, opened when they are first needed: one to each node and account. */
export function createObserver(options: ObserverOptions): Observer {
  const managers = new Map<string, Promise<JetStreamManager>>();
  const connections: Connection[] = [];
  /** The node that answered last, by cluster: asked first, so that a dead node costs its deadline only once. */
  const preferred = new Map<string, string>();
  const readGateways = gatewayReader(options.nodes.map((node) => node.monitor));

  const managerOf = (client: string, account: string): Promise<JetStreamManager> => {
    const key = `${client} ${account}`;
    const known = managers.get(key);
    if (known) return known;
    const made = open(client, account);
    managers.set(key, made);
    made.catch(() => managers.delete(key));
    return made;
  };

  const open = async (client: string, account: string): Promise<JetStreamManager> => {
    const connection = await options.connect(client, account);
    connections.push(connection);
    return openManager(connection);
  };

  const ask = async <T>(address: string, question: (jsm: JetStreamManager) => Promise<T>): Promise<T> => {
    const [cluster = '', stream = ''] = address.split('/');
    const account = options.accountOf(`${cluster}/${stream}`);
    const nodes = options.nodes.filter((node) => node.cluster === cluster);
    const first = preferred.get(cluster);
    let failure: unknown;
    for (const node of nodes.sort((a, b) => Number(b.client === first) - Number(a.client === first))) {
      try {
        const jsm = await withDeadline(
          managerOf(node.client, account),
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
      };
    },
    async streamLeader(address) {
      const [cluster = '', stream = ''] = address.split('/');
      const account = options.accountOf(address);
      const nodes = options.nodes.filter((node) => node.cluster === cluster);
      // Only a node that says so of itself counts: the others may still name one that is gone.
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
    async healthy(node) {
      const health = await getJson<Healthz>(nodeAt(node).monitor, '/healthz').catch(() => null);
      return health?.status === 'ok';
    },
    async answers(node) {
      const varz = await getJson(nodeAt(node).monitor, '/healthz?js-enabled-only=true', ANSWER_MS).catch(
        () => null,
      );
      return varz !== null;
    },
    async routes(node) {
      const routes = openRoutes(await getJson<Routez>(nodeAt(node).monitor, '/routez'));
      return routes.map((route) => ({ name: route.remote_name ?? '', ip: route.ip, port: route.port }));
    },
    async leafnodes(node) {
      const { leafs } = await getJson<Leafz>(nodeAt(node).monitor, '/leafz');
      return (leafs ?? []).map((leaf) => ({ name: leaf.name ?? '', ip: leaf.ip, port: leaf.port }));
    },
    gateways: async (node) => readGateways(nodeAt(node).monitor),
    async metaLeader(node) {
      const jsz = await getJson<Jsz>(nodeAt(node).monitor, '/jsz');
      return jsz.meta_cluster?.leader ?? null;
    },
    async close() {
      await Promise.allSettled(managers.values());
      await Promise.allSettled(connections.map((connection) => connection.close()));
    },
  };
}

/** An answer from the API itself, such as `stream not found`: another node would say the same. */
function isDefinite(error: unknown): boolean {
  return error instanceof Error && 'apiError' in error;
}

function reasonOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : 'no node answered';
}
