import type { AddressKind } from '../support/schema.ts';
import { clusterOf, type Cast, type Inventory } from './inventory.ts';
import { didYouMean } from './suggest.ts';

const CLUSTER_ROLES = ['meta-leader', 'any', 'minority', 'majority', 'all'];
/** A share of the nodes of a cluster, as a role. */
export const SHARE = /^([1-9]\d?|100)%$/;
const STREAM_ROLES = ['leader', 'follower'];

type CastKind = 'workload' | 'phase';

/** Whether an address names a part of the experiment; all others name parts of the environment. */
export function looksInExperiment(kind: AddressKind): kind is CastKind {
  return kind === 'workload' || kind === 'phase';
}

/** Why an address names nothing in the experiment, or null when it names something. */
export function castProblem(kind: CastKind, address: string, cast: Cast | null): string | null {
  const known = kind === 'workload' ? [...(cast?.workloads.keys() ?? [])] : [...new Set(cast?.phases)];
  if (known.includes(address)) return null;
  return notThere(kind, address, known, kind === 'workload' ? 'the experiment' : 'the method');
}

/** Why an address names nothing in the environment, or null when it names something. */
export function addressProblem(
  kind: Exclude<AddressKind, CastKind>,
  address: string,
  inventory: Inventory,
): string | null {
  const unknown = (what: string, known: string[]): string | null =>
    known.includes(address) ? null : notThere(what, address, known, inventory.name);
  const clusters = [...inventory.clusters.keys()];
  const nodes = nodeAddresses(inventory);
  switch (kind) {
    case 'cluster':
      return unknown('cluster', clusters);
    case 'node':
      return unknown('node', nodes);
    case 'stream':
      return unknown('stream', [...inventory.streams.keys()]);
    case 'consumer':
      return unknown('consumer', inventory.consumers);
    case 'account':
      return unknown('account', inventory.accounts);
    case 'endpoint':
      return unknown('cluster or node', [...clusters, ...nodes]);
    case 'nodes':
      if (address.includes('@')) return roleProblem(address, inventory);
      return [...inventory.clusters.values()].some((cluster) => cluster.nodes.includes(address))
        ? null
        : unknown('node', nodes);
  }
}

/** `there is no cluster "x"`, with what was probably meant, or else with what there is. */
export function notThere(what: string, name: string, known: string[], where: string): string {
  const meant = didYouMean(name, known);
  const there = known.length === 0 ? `${where} has none` : `${where} has ${shortList(known)}`;
  return `there is no ${what} "${name}"${meant || `; ${there}`}`;
}

export function nodeAddresses(inventory: Inventory): string[] {
  return [...inventory.clusters].flatMap(([name, { nodes }]) => nodes.map((node) => `${name}/${node}`));
}

function roleProblem(address: string, inventory: Inventory): string | null {
  const at = address.indexOf('@');
  const path = address.slice(0, at);
  const role = address.slice(at + 1);
  if (STREAM_ROLES.includes(role)) {
    if (role === 'leader' && path.split('/').length > 2) {
      return inventory.consumers.includes(path)
        ? null
        : notThere('consumer', path, inventory.consumers, inventory.name);
    }
    if (!path.includes('/')) return `@${role} is a role of a stream: expected cluster/stream@${role}`;
    return inventory.streams.has(path)
      ? null
      : notThere('stream', path, [...inventory.streams.keys()], inventory.name);
  }
  const share = /^-?[\d.]+%?$/.test(role);
  if (share && !SHARE.test(role)) {
    return `@${role} is no share of a cluster: expected a whole percentage from @1% to @100%`;
  }
  if (!share && !CLUSTER_ROLES.includes(role)) {
    const roles = [...STREAM_ROLES, ...CLUSTER_ROLES];
    return `there is no role "@${role}"${didYouMean(role, roles) || `; expected one of @${roles.join(', @')}, or a share such as @50%`}`;
  }
  if (path.includes('/')) return `@${role} is a role of a cluster: expected ${clusterOf(path)}@${role}`;
  const cluster = inventory.clusters.get(path);
  if (!cluster) return notThere('cluster', path, [...inventory.clusters.keys()], inventory.name);
  return role === 'minority' && cluster.nodes.length > 0 && cluster.nodes.length < 3
    ? `${path} has ${cluster.nodes.length} ${cluster.nodes.length === 1 ? 'node' : 'nodes'}, so that a minority of them is nobody`
    : null;
}

const MOST_LISTED = 8;

function shortList(names: string[]): string {
  const more = names.length - MOST_LISTED;
  return names.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
