import type { Environment } from '../../experiment/schema/environment.ts';
import { jointsOf } from '../../experiment/resolve/declared-links.ts';
import { originOf } from '../../experiment/resolve/inventory.ts';
import { ChaosError } from '../../support/errors.ts';

/** What an experiment needs to know about its environment: the one stream that it watches, and what depends on it. */
export interface Scene {
  /** The cluster of the stream comes first. */
  clusters: { name: string; nodes: string[] }[];
  /** Names of clusters that are linked with the first one. */
  linked: string[];
  /** `cluster/stream`. */
  stream: string;
  replicas: number;
  /** A subject without wildcards that the stream captures. */
  subject: string;
  /** `cluster/stream/consumer`; null when the stream has no consumer that receives everything. */
  consumer: string | null;
  mirrors: { stream: string; replicas: number; consumer: string | null }[];
  /** Server settings that decide which faults make sense; null when they can still be chosen. */
  servers: {
    syncAlways: boolean;
    /** Whether clients use TLS. */
    tls: boolean;
    smallStores: boolean;
    /** The account of the stream, if its storage limit is small. */
    smallAccount: string | null;
  } | null;
}

/** The size of a new environment. */
export interface Layout {
  clusters: number;
  /** Nodes of each cluster. */
  nodes: number;
  /** Replicas of each stream. */
  replicas: number;
  mirror: boolean;
}

/** There can be as many clusters as there are names here. */
export const CLUSTER_NAMES = ['east', 'west', 'north', 'south'] as const;

/** The scene of an environment that is yet to be written. */
export function newScene({ clusters, nodes, replicas, mirror }: Layout): Scene {
  const names = CLUSTER_NAMES.slice(0, clusters);
  const [first = 'east', ...others] = names;
  const homes = others.length > 0 ? others : [first];
  return {
    clusters: names.map((name) => ({
      name,
      nodes: Array.from({ length: nodes }, (_, i) => `${name}-${i + 1}`),
    })),
    linked: others,
    stream: `${first}/orders`,
    replicas,
    subject: 'orders.new',
    consumer: `${first}/orders/worker`,
    mirrors: mirror
      ? homes.map((home) => ({
          stream: `${home}/orders-mirror`,
          replicas,
          consumer: `${home}/orders-mirror/reader`,
        }))
      : [],
    servers: null,
  };
}

/**
 * The scene of an existing environment: its first stream that captures subjects, preferably one with a consumer.
 *
 * @throws ChaosError `usage` when nothing can be published there
 */
export function sceneOf(environment: Environment): Scene {
  const streams = Object.entries(environment.streams);
  const sources = streams.filter(([, { subjects }]) => subjects !== undefined);
  const [stream, found] =
    sources.find(([name]) => consumerOf(environment, name) !== null) ?? sources[0] ?? [];
  if (stream === undefined || found === undefined) {
    throw new ChaosError(
      'usage',
      `${environment.name} has no stream with subjects, so there is nothing to publish to`,
    );
  }
  const home = stream.split('/')[0] ?? '';
  const own = environment.clusters[home]?.jetstream || {};
  const joined = jointsOf(environment).map((link) =>
    link.kind === 'leafnode' ? [link.from, link.to] : link.between,
  );
  return {
    clusters: Object.entries(environment.clusters)
      .map(([name, { nodes }]) => ({ name, nodes }))
      .sort((a, b) => Number(b.name === home) - Number(a.name === home)),
    linked: joined
      .filter((ends) => ends.includes(home))
      .flatMap((ends) => ends.filter((end) => end !== home)),
    stream,
    replicas: found.replicas,
    subject: concrete(found.subjects?.[0] ?? ''),
    consumer: consumerOf(environment, stream),
    mirrors: streams
      .filter(([, { mirror }]) => originOf(mirror) === stream && !isPartial(mirror))
      .map(([name, mirror]) => ({
        stream: name,
        replicas: mirror.replicas,
        consumer: consumerOf(environment, name),
      })),
    servers: {
      syncAlways: own.syncInterval === 'always',
      tls: (environment.clusters[home]?.tls?.clients ?? environment.tls?.clients ?? false) !== false,
      smallStores: (own.maxFile ?? Infinity) <= SMALL_STORE_BYTES,
      smallAccount: smallAccountOf(environment, found.account),
    },
  };
}

/** The number of nodes in the cluster of the stream. */
export function sizeOf(scene: Scene): number {
  return scene.clusters[0]?.nodes.length ?? 0;
}

/** A size that can be filled in a few seconds. */
const SMALL_STORE_BYTES = 256 * 1024 ** 2;

/** A stream that names no account is in the first account that has JetStream. */
function smallAccountOf({ accounts }: Environment, named: string | undefined): string | null {
  const name = named ?? Object.keys(accounts).find((one) => accounts[one]?.jetstream === true);
  return name !== undefined && (accounts[name]?.maxFile ?? Infinity) <= SMALL_STORE_BYTES ? name : null;
}

/** The first consumer of a stream that receives every message. */
function consumerOf({ consumers }: Environment, stream: string): string | null {
  const found = Object.entries(consumers).find(
    ([name, { filter, deliver }]) =>
      name.startsWith(`${stream}/`) && filter === undefined && deliver === 'all',
  );
  return found?.[0] ?? null;
}

function isPartial(mirror: Environment['streams'][string]['mirror']): boolean {
  return typeof mirror === 'object' && mirror.filter !== undefined;
}

/** `orders.*.>` → `orders.new.new` */
function concrete(subject: string): string {
  return subject
    .split('.')
    .map((word) => (word === '*' || word === '>' ? 'new' : word))
    .join('.');
}
