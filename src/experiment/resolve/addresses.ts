import type { AddressKind } from '../../support/schema.ts';
import { clusterOf, type Cast, type Inventory } from './inventory.ts';
import { didYouMean } from '../source/suggest.ts';
import { replicaProblem, serviceOf } from './services.ts';

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
    case 'bucket':
      return unknown('bucket', inventory.buckets);
    case 'object-bucket':
      return unknown('object bucket', inventory.objectBuckets);
    case 'account':
      return unknown('account', inventory.accounts);
    case 'user':
      return userProblem(address, inventory);
    case 'endpoint':
      return unknown('cluster or node', [...clusters, ...nodes]);
    case 'service-link':
      return unknown('cluster or service', [...clusters, ...inventory.services.keys()]);
    case 'service-name':
      return unknown('service', [...inventory.services.keys()]);
    case 'service': {
      const name = serviceOf(address, inventory);
      if (name === undefined) return unknown('service', [...inventory.services.keys()]);
      if (address.includes('@')) return `found "${address}"; expected a service, or one replica as service/1`;
      return replicaProblem(address, name, inventory);
    }
    case 'side': {
      if (address.includes('@') || clusters.includes(address) || nodes.includes(address))
        return unknown('cluster, node or service', [...clusters, ...nodes, ...inventory.services.keys()]);
      const name = serviceOf(address, inventory);
      if (name !== undefined) return replicaProblem(address, name, inventory);
      return unknown('cluster or node', [...clusters, ...nodes, ...inventory.services.keys()]);
    }
    case 'members': {
      const name = serviceOf(address, inventory);
      return name === undefined || isNode(address, inventory)
        ? addressProblem('nodes', address, inventory)
        : replicaProblem(address, name, inventory);
    }
    case 'nodes':
      if (serviceOf(address, inventory) !== undefined && !isNode(address, inventory))
        return `"${address}" is a service; expected nodes of a cluster here`;
      if (address.includes('@')) return roleProblem(address, inventory);
      return [...inventory.clusters.values()].some((cluster) => cluster.nodes.includes(address))
        ? null
        : unknown('node', nodes);
  }
}

function isNode(address: string, inventory: Inventory): boolean {
  return nodeAddresses(inventory).some((node) => node === address || node.split('/')[1] === address);
}

/** A user by its name, or as account/user. */
function userProblem(address: string, { users, accounts, name: where }: Inventory): string | null {
  const [user = '', account] = address.split('/').reverse();
  if (account !== undefined && !accounts.includes(account))
    return notThere('account', account, accounts, where);
  const known = [...users].flatMap(([one, owner]) => (account === undefined || owner === account ? one : []));
  if (known.includes(user)) return null;
  return notThere('user', user, known, account === undefined ? where : `account ${account}`);
}

/** `there is no cluster "x"`, with what was probably meant, or else with what there is. */
export function notThere(what: string, name: string, known: string[], where: string): string {
  const meant = didYouMean(name, known);
  const there = known.length === 0 ? `${where} has none` : `${where} has ${shortList(known)}`;
  return `there is no ${what} "${name}"${meant || `; ${there}`}`;
}

/** `qa has no node "x"`, with what was probably meant, or else with the nodes it has. */
export function unknownNode(cluster: string, node: string, nodes: readonly string[]): string {
  return `${cluster} has no node "${node}"${didYouMean(node, nodes) || `; it has ${nodes.join(', ')}`}`;
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
    ? `${path} has ${cluster.nodes.length} ${cluster.nodes.length === 1 ? 'node' : 'nodes'}, of which no minority can be taken`
    : null;
}

const MOST_LISTED = 8;

function shortList(names: string[]): string {
  const more = names.length - MOST_LISTED;
  return names.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
