import type {
  ConsumerFigures,
  JetStreamFigures,
  ReplicaFigures,
  ServerFigures,
} from '../../support/server-figures.ts';
import { family, type Series } from './exposition.ts';

/** A server, and what it has just answered; null where it did not answer. */
export interface ScrapedServer {
  cluster: string;
  /** Server name. */
  server: string;
  figures: ServerFigures | null;
}

type Metric<T> = readonly [name: string, type: 'gauge' | 'counter', help: string, read: (of: T) => number];

const CORE: readonly Metric<ServerFigures>[] = [
  ['mem_bytes', 'gauge', 'Memory of the server.', (of) => of.memoryBytes],
  ['cpu_percentage', 'gauge', 'CPU of the server; 100 is one core.', (of) => of.cpuPercent],
  ['uptime_seconds', 'gauge', 'Since the server started.', (of) => of.uptimeS],
  ['conn_count', 'gauge', 'Connections of clients.', (of) => of.connections],
  ['total_conn_count', 'counter', 'Connections of clients since the start.', (of) => of.totalConnections],
  ['sub_count', 'gauge', 'Subscriptions.', (of) => of.subscriptions],
  ['slow_consumer_count', 'counter', 'Slow consumers since the start.', (of) => of.slowConsumers],
  ['sent_msgs_count', 'counter', 'Messages sent since the start.', (of) => of.sentMessages],
  ['sent_bytes', 'counter', 'Bytes sent since the start.', (of) => of.sentBytes],
  ['recv_msgs_count', 'counter', 'Messages received since the start.', (of) => of.receivedMessages],
  ['recv_bytes', 'counter', 'Bytes received since the start.', (of) => of.receivedBytes],
  ['route_count', 'gauge', 'Connections of routes.', (of) => of.routes],
  ['leaf_count', 'gauge', 'Connections of leafnodes.', (of) => of.leafnodes],
];

const JETSTREAM: readonly Metric<JetStreamFigures>[] = [
  ['messages_total', 'gauge', 'Messages in the replicas of a server.', (of) => of.messages],
  ['bytes_total', 'gauge', 'Bytes in the replicas of a server.', (of) => of.bytes],
  ['streams', 'gauge', 'Streams of which a server has a replica.', (of) => of.streams],
  ['consumers', 'gauge', 'Consumers of these streams.', (of) => of.consumers],
  ['memory_used_bytes', 'gauge', 'Memory that JetStream uses.', (of) => of.memoryBytes],
  ['storage_used_bytes', 'gauge', 'File storage that JetStream uses.', (of) => of.storageBytes],
  ['api_requests_total', 'counter', 'Requests to the API of JetStream.', (of) => of.apiRequests],
  ['api_errors_total', 'counter', 'Requests that it refused.', (of) => of.apiErrors],
];

const STREAM: readonly Metric<ReplicaFigures>[] = [
  ['messages', 'gauge', 'Messages in a replica of a stream.', (of) => of.messages],
  ['bytes', 'gauge', 'Bytes in a replica of a stream.', (of) => of.bytes],
  ['last_seq', 'gauge', 'The last sequence of a replica.', (of) => of.lastSeq],
  ['consumers', 'gauge', 'Consumers of the stream that the replica knows.', (of) => of.consumers],
  ['leader', 'gauge', '1 for the replica that leads.', (of) => Number(of.isLeader)],
];

const CONSUMER: readonly Metric<ConsumerFigures>[] = [
  ['num_pending', 'gauge', 'Messages that wait for their first delivery.', (of) => of.pending],
  ['num_ack_pending', 'gauge', 'Messages delivered, and not acknowledged yet.', (of) => of.ackPending],
  ['num_redelivered', 'gauge', 'Messages delivered more than once, of those.', (of) => of.redelivered],
];

/** The metrics of the servers of a run: one that did not answer has only that it is not up. */
export function serverMetrics(servers: readonly ScrapedServer[]): string {
  const answered = servers.flatMap(({ cluster, server, figures }) =>
    figures === null ? [] : [{ labels: { cluster, server }, figures }],
  );
  const withJetStream = answered.flatMap(({ labels, figures: { jetstream } }) =>
    jetstream === undefined ? [] : [{ labels, of: jetstream }],
  );
  const replicas = withJetStream.flatMap(({ labels, of }) =>
    of.replicas.map((replica) => {
      const { account, stream } = replica;
      return { labels: { ...labels, account, stream }, of: replica };
    }),
  );
  const consumers = withJetStream.flatMap(({ labels, of }) =>
    of.ledConsumers.map((consumer) => {
      const { account, stream, consumer: name } = consumer;
      return { labels: { ...labels, account, stream, consumer: name }, of: consumer };
    }),
  );
  return [
    family(
      'nats_chaos_server_up',
      'gauge',
      'Whether the monitoring endpoint of a server answered; one that did not has no other series.',
      servers.map(({ cluster, server, figures }) => ({
        labels: { cluster, server },
        value: figures === null ? 0 : 1,
      })),
    ),
    family(
      'nats_core_info',
      'gauge',
      'The release of a server.',
      answered.map(({ labels, figures }) => ({ labels: { ...labels, version: figures.version }, value: 1 })),
    ),
    ...families(
      'nats_core',
      CORE,
      answered.map(({ labels, figures }) => ({ labels, of: figures })),
    ),
    ...families('nats_jetstream', JETSTREAM, withJetStream),
    family(
      'nats_jetstream_meta_leader',
      'gauge',
      '1 for the server that says of itself that it is the meta leader.',
      withJetStream.map(({ labels, of }) => ({ labels, value: Number(of.metaLeader === labels.server) })),
    ),
    ...families('nats_jetstream_stream', STREAM, replicas),
    ...families('nats_jetstream_consumer', CONSUMER, consumers),
    family(
      'nats_jetstream_mirror_reported_lag',
      'gauge',
      'The lag that a mirror reports of itself; it stays 0 while the mirror is cut off.',
      replicas.flatMap(({ labels, of }) => (of.mirror ? [{ labels, value: of.mirror.lag }] : [])),
    ),
  ].join('');
}

function families<T>(
  prefix: string,
  metrics: readonly Metric<T>[],
  all: readonly { labels: Record<string, string>; of: T }[],
): string[] {
  return metrics.map(([name, type, help, read]) =>
    family(
      `${prefix}_${name}`,
      type,
      help,
      all.map(({ labels, of }): Series => ({ labels, value: read(of) })),
    ),
  );
}

/** A mirror and its origin, each as `cluster/stream`, with the accounts that have them. */
export interface MirrorPair {
  mirror: { cluster: string; account: string; stream: string };
  origin: { cluster: string; account: string; stream: string };
}

/**
 * How far each mirror is behind: the last sequence of its origin minus its own, each the highest that any server of its
 * cluster has. Where no server of either side answers, there is no series.
 */
export function mirrorLags(pairs: readonly MirrorPair[], servers: readonly ScrapedServer[]): string {
  const lastSeq = ({ cluster, account, stream }: MirrorPair['mirror']): number | undefined => {
    const replicas = servers
      .filter((one) => one.cluster === cluster)
      .flatMap(({ figures }) => figures?.jetstream?.replicas ?? [])
      .filter((one) => one.account === account && one.stream === stream);
    return replicas.length === 0 ? undefined : Math.max(...replicas.map((one) => one.lastSeq));
  };
  return family(
    'nats_chaos_mirror_lag',
    'gauge',
    'The true lag of a mirror in messages: the last sequence of its origin minus its own.',
    pairs.flatMap(({ mirror, origin }) => {
      const [own, its] = [lastSeq(mirror), lastSeq(origin)];
      if (own === undefined || its === undefined) return [];
      const labels = { mirror: placeOf(mirror), origin: placeOf(origin) };
      return [{ labels, value: Math.max(0, its - own) }];
    }),
  );
}

function placeOf({ cluster, stream }: MirrorPair['mirror']): string {
  return `${cluster}/${stream}`;
}
