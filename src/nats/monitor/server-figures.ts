import type {
  ConsumerFigures,
  JetStreamFigures,
  ReplicaFigures,
  ServerFigures,
} from '../../support/server-figures.ts';
import { readEndpoint } from './endpoints.ts';

const ALL = { accounts: true, streams: true, consumers: true };

/** `/varz` and `/jsz` of one server, in two requests. @throws ChaosError `failed` when it does not answer */
export async function readServerFigures(monitor: string): Promise<ServerFigures> {
  const [varz, jsz] = await Promise.all([
    readEndpoint(monitor, 'varz') as Promise<Varz>,
    readEndpoint(monitor, 'jsz', ALL).catch(() => null) as Promise<Jsz | null>,
  ]);
  const name = varz.server_name ?? '';
  const isOn = jsz !== null && jsz.disabled !== true && jsz.streams !== undefined;
  return {
    version: varz.version ?? '',
    uptimeS: (Date.parse(varz.now ?? '') - Date.parse(varz.start ?? '')) / 1000,
    memoryBytes: varz.mem ?? 0,
    cpuPercent: varz.cpu ?? 0,
    connections: varz.connections ?? 0,
    totalConnections: varz.total_connections ?? 0,
    subscriptions: varz.subscriptions ?? 0,
    slowConsumers: varz.slow_consumers ?? 0,
    sentMessages: varz.out_msgs ?? 0,
    sentBytes: varz.out_bytes ?? 0,
    receivedMessages: varz.in_msgs ?? 0,
    receivedBytes: varz.in_bytes ?? 0,
    routes: varz.routes ?? 0,
    leafnodes: varz.leafnodes ?? 0,
    ...(isOn ? { jetstream: jetstreamOf(jsz, name) } : {}),
  };
}

function jetstreamOf(jsz: Jsz, server: string): JetStreamFigures {
  return {
    streams: jsz.streams ?? 0,
    consumers: jsz.consumers ?? 0,
    messages: jsz.messages ?? 0,
    bytes: jsz.bytes ?? 0,
    memoryBytes: jsz.memory ?? 0,
    storageBytes: jsz.storage ?? 0,
    apiRequests: jsz.api?.total ?? 0,
    apiErrors: jsz.api?.errors ?? 0,
    metaLeader: jsz.meta_cluster?.leader ?? '',
    replicas: (jsz.account_details ?? []).flatMap(({ name: account, stream_detail: details }) =>
      (details ?? []).map((detail) => replicaOf(account, detail, server)),
    ),
    ledConsumers: (jsz.account_details ?? []).flatMap(({ name: account, stream_detail: details }) =>
      (details ?? []).flatMap((detail) => ledConsumersOf(account, detail, server)),
    ),
  };
}

function ledConsumersOf(account: string, detail: Detail, server: string): ConsumerFigures[] {
  return (detail.consumer_detail ?? [])
    .filter(({ cluster }) => cluster === undefined || cluster.leader === server)
    .map(
      ({ name, num_pending: pending = 0, num_ack_pending: ackPending = 0, num_redelivered: again = 0 }) => ({
        account,
        stream: detail.name,
        consumer: name,
        pending,
        ackPending,
        redelivered: again,
      }),
    );
}

function replicaOf(
  account: string,
  { name, state, cluster, mirror }: Detail,
  server: string,
): ReplicaFigures {
  const isLeader = cluster === undefined || cluster.leader === server;
  return {
    account,
    stream: name,
    messages: state?.messages ?? 0,
    bytes: state?.bytes ?? 0,
    lastSeq: state?.last_seq ?? 0,
    consumers: state?.consumer_count ?? 0,
    isLeader,
    ...(isLeader && mirror ? { mirror: { lag: mirror.lag } } : {}),
  };
}

/** A server leaves out what is 0. */
interface Varz {
  server_name?: string;
  version?: string;
  start?: string;
  now?: string;
  mem?: number;
  cpu?: number;
  connections?: number;
  total_connections?: number;
  subscriptions?: number;
  slow_consumers?: number;
  in_msgs?: number;
  out_msgs?: number;
  in_bytes?: number;
  out_bytes?: number;
  routes?: number;
  leafnodes?: number;
}

interface Jsz {
  disabled?: boolean;
  streams?: number;
  consumers?: number;
  messages?: number;
  bytes?: number;
  memory?: number;
  storage?: number;
  api?: { total?: number; errors?: number };
  meta_cluster?: { leader?: string };
  account_details?: { name: string; stream_detail?: Detail[] | null }[] | null;
}

interface Detail {
  name: string;
  cluster?: { leader?: string };
  state?: {
    messages?: number;
    bytes?: number;
    last_seq?: number;
    consumer_count?: number;
  };
  mirror?: { lag: number };
  consumer_detail?:
    | {
        name: string;
        cluster?: { leader?: string };
        num_pending?: number;
        num_ack_pending?: number;
        num_redelivered?: number;
      }[]
    | null;
}
