import type { Environment } from '../../experiment/environment-schema.ts';
import { originOf } from '../../experiment/inventory.ts';
import { ChaosError } from '../../support/errors.ts';

/** What an experiment needs to know of its environment: the one stream that it watches, and what hangs on it. */
export interface Scene {
  /** The cluster of the stream first. */
  clusters: { name: string; nodes: string[] }[];
  /** Names of clusters that a link joins with the first one. */
  linked: string[];
  /** `cluster/stream`. */
  stream: string;
  replicas: number;
  /** A subject without wildcards that the stream captures. */
  subject: string;
  /** `cluster/stream/consumer`; null where the stream has none that receives everything. */
  consumer: string | null;
  mirrors: { stream: string; replicas: number; consumer: string | null }[];
  /** What its servers promise, where that decides what can be done to them; null where all is still open. */
  servers: {
    syncAlways: boolean;
    smallStores: boolean;
    /** The account of the stream, if what it may store is little. */
    smallAccount: string | null;
  } | null;
}

/** How large a new environment is to be. */
export interface Layout {
  clusters: number;
  /** Of each cluster. */
  nodes: number;
  /** Of each stream. */
  replicas: number;
  mirror: boolean;
}

/** As many clusters as have a name can be made. */
export const CLUSTER_NAMES = ['east', 'west', 'north', 'south'] as const;

/** The scene of an environment that has yet to be written. */
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
 * The scene of an environment that is there already: its first stream that captures subjects, if possible one with a
 * consumer.
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
  const own = environment.clusters[home]?.jetstream ?? {};
  const joined = environment.links.map((link) =>
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
      smallStores: (own.maxFile ?? Infinity) <= SMALL_STORE_BYTES,
      smallAccount: smallAccountOf(environment, found.account),
    },
  };
}

/** How many nodes the cluster of the stream has. */
export function sizeOf(scene: Scene): number {
  return scene.clusters[0]?.nodes.length ?? 0;
}

/** What can be filled in a few seconds. */
const SMALL_STORE_BYTES = 256 * 1024 ** 2;

/** Streams that name no account live in the first that has JetStream. */
function smallAccountOf({ accounts }: Environment, named: string | undefined): string | null {
  const name = named ?? Object.keys(accounts).find((one) => accounts[one]?.jetstream === true);
  return name !== undefined && (accounts[name]?.maxFile ?? Infinity) <= SMALL_STORE_BYTES ? name : null;
}

/** The first consumer of a stream that is given every message. */
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
