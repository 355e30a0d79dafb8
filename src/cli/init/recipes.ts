import type { Fault } from '../../faults/fault.ts';
import { sizeOf, type Scene } from './scene.ts';

/** How a first experiment uses one kind of fault. */
export interface Recipe {
  /** The fields of the fault besides `kind`. */
  fault: Record<string, unknown>;
  /** What they mean, where a comment helps. */
  why?: string;
  /** How long it stays in force. */
  lasts?: string;
  /** The steps that the system needs after the fault is removed, to recover. */
  afterwards?: Record<string, unknown>;
  /** What the servers of a new environment need for it. */
  jetstream?: Record<string, unknown>;
  /** The encryption that a new environment needs for it. */
  tls?: Record<string, unknown>;
  /** What the account of a new environment needs for it. */
  account?: Record<string, unknown>;
}

/** A fault, and how to use it here. */
export interface Dish {
  fault: Fault;
  recipe: Recipe;
}

/** A recipe, or in a few words what the environment lacks for one. */
export type Cooked = Recipe | { lacks: string };

/**
 * Fault kind → how to use it in an environment so that a healthy system passes. A kind without a recipe fails the
 * tests, and is not offered.
 */
export const RECIPES: Readonly<Record<string, (scene: Scene) => Cooked>> = {
  partition: (scene) => onLinks(scene, {}),
  isolate: (scene) =>
    scene.linked.length === 0 && sizeOf(scene) < 2
      ? { lacks: 'a second node' }
      : { fault: { nodes: leader(scene) } },
  bridge: (scene) => inCluster(scene, 3),
  'majorities-ring': (scene) => inCluster(scene, 4),
  flap: (scene) => onLinks(scene, { period: '1s' }),
  latency: (scene) =>
    onLinks(scene, { latency: '50ms', jitter: '10ms' }, 'each way, so a round trip takes 100ms longer'),
  bandwidth: (scene) => onLinks(scene, { perSecond: '100KiB' }),
  'slow-close': (scene) => onLinks(scene, { delay: '100ms' }),
  slicer: (scene) => onLinks(scene, { size: '128B', pause: '10ms' }),
  'limit-data': (scene) => onLinks(scene, { bytes: '256KiB' }),
  'reset-peer': (scene) => onLinks(scene, { delay: '100ms' }),
  'packet-loss': (scene) => onLinks(scene, { share: '5%' }),
  stop: (scene) => onLeader(scene, {}, 'SIGTERM; started again when its phase ends'),
  kill: (scene) => onLeader(scene, {}, 'SIGKILL; started again when its phase ends'),
  pause: (scene) => onLeader(scene, {}, 'frozen; it goes on when its phase ends'),
  truncate: (scene) => onStore(scene, { cut: '64B' }),
  'bit-flip': (scene) => onStore(scene, { bits: 1 }),
  'delete-files': (scene) => onStore(scene, {}),
  'pause-kill': (scene) => onLeader(scene, { frozenFor: '2s' }),
  'lame-duck': (scene) => onLeader(scene, { within: '1m' }),
  'crash-loop': (scene) => onLeader(scene, { lifetime: '2s' }),
  reload: (scene) =>
    onLeader(scene, { config: { max_payload: 65_536 } }, 'merged over its configuration, which comes back'),
  certificate: (scene) =>
    scene.servers?.tls === false
      ? { lacks: 'tls.clients' }
      : { fault: { nodes: leader(scene), flaw: 'expired' }, tls: { clients: true } },
  'fill-storage': (scene) =>
    scene.servers?.smallStores === false
      ? { lacks: 'jetstream.maxFile of 256MiB or less' }
      : { fault: { nodes: leader(scene) }, jetstream: { maxFile: '64MiB' } },
  'fill-account': (scene) =>
    scene.servers?.smallAccount === null
      ? { lacks: 'an account with a maxFile of 256MiB or less' }
      : {
          fault: { cluster: scene.clusters[0]?.name ?? '', account: scene.servers?.smallAccount ?? 'APP' },
          account: { maxFile: '64MiB' },
        },
  'power-failure': (scene) =>
    scene.servers?.syncAlways === false
      ? { lacks: 'jetstream.syncInterval: always, without which what was not synced is lost' }
      : { fault: { nodes: leader(scene) }, jetstream: { syncInterval: 'always', maxFile: '128MiB' } },
  'fill-disk': (scene) =>
    scene.replicas < 3
      ? { lacks: 'a stream of 3 replicas' }
      : {
          fault: { nodes: firstNode(scene) },
          why: 'its server turns JetStream off, and wants a restart',
          afterwards: { kind: 'restart', nodes: firstNode(scene) },
          jetstream: { maxFile: '128MiB' },
        },
  'slow-disk': (scene) => ({
    fault: { nodes: leader(scene), bandwidth: '1MiB' },
    jetstream: { maxFile: '128MiB' },
  }),
  'cpu-limit': (scene) => onLeader(scene, { share: '5%' }),
  'memory-limit': (scene) =>
    onLeader(scene, { share: '70%' }, 'of the memory that it uses when the limit takes effect'),
  'cpu-pressure': () => ({ fault: { workers: 2 } }),
  'memory-pressure': () => ({ fault: { size: '64MiB' } }),
};

function onLinks(scene: Scene, fields: Record<string, unknown>, why?: string): Recipe {
  const comment = why === undefined ? {} : { why };
  return { fault: { between: sides(scene), ...fields }, lasts: '8s', ...comment };
}

function onLeader(scene: Scene, fields: Record<string, unknown>, why?: string): Recipe {
  return { fault: { nodes: leader(scene), ...fields }, ...(why === undefined ? {} : { why }) };
}

/** The majority keeps what the one node has lost, and the copy of its store is put back afterwards. */
function onStore(scene: Scene, fields: Record<string, unknown>): Cooked {
  if (scene.replicas < 3) return { lacks: 'a stream of 3 replicas' };
  return {
    fault: {
      nodes: `${scene.stream}@follower`,
      stream: scene.stream,
      files: 'index',
      ...fields,
      restore: true,
    },
    why: 'stopped, damaged and started; its own store is put back afterwards',
  };
}

function inCluster(scene: Scene, least: number): Cooked {
  if (sizeOf(scene) < least) return { lacks: `a cluster of ${least} nodes` };
  return { fault: { cluster: clusterOf(scene) }, lasts: '8s' };
}

/** The targets are the two clusters, or one node and the others, or the clients and the only node. */
function sides(scene: Scene): [string, string | string[]] {
  const [other] = scene.linked;
  if (other !== undefined) return [clusterOf(scene), other];
  const [first = '', ...rest] = (scene.clusters[0]?.nodes ?? []).map((node) => `${clusterOf(scene)}/${node}`);
  return rest.length === 0 ? ['clients', first] : [first, rest.length === 1 ? (rest[0] ?? '') : rest];
}

function leader(scene: Scene): string {
  return sizeOf(scene) === 1 ? firstNode(scene) : `${scene.stream}@leader`;
}

function firstNode(scene: Scene): string {
  return `${clusterOf(scene)}/${scene.clusters[0]?.nodes[0] ?? ''}`;
}

function clusterOf(scene: Scene): string {
  return scene.clusters[0]?.name ?? '';
}
