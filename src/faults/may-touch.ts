import type { LinkInfo } from '../drivers/driver.ts';
import { listOf, type Side } from './fields.ts';
import type { DeclaredSystem } from './fault.ts';
import { directionsBetween, membersNamed } from './targets.ts';

/** Ids of the links that join two sides. */
export function linksBetween(system: DeclaredSystem, { between }: { between: [Side, Side] }): string[] {
  return Object.keys(directionsBetween(system, between));
}

/** The routes of a cluster. */
export function routesOf({ links }: DeclaredSystem, cluster: string): LinkInfo[] {
  return links.filter(({ kind, from }) => kind === 'route' && from.startsWith(`${cluster}/`));
}

/** Nodes that addresses and roles may stand for, once a fault is injected. */
export interface PossibleNodes {
  /** Those that are surely among them. */
  surely: Set<string>;
  /** Those that may be, or may not. */
  perhaps: Set<string>;
}

/** The nodes behind addresses and roles, by names alone: which of them have a role is known only when servers run. */
export function possibleNodes(system: DeclaredSystem, addresses: string | string[]): PossibleNodes {
  const surely = new Set<string>();
  const perhaps = new Set<string>();
  for (const address of listOf(addresses)) {
    const [path = '', role] = address.split('@');
    const cluster = path.split('/')[0] ?? '';
    if (role === undefined) addAll(surely, membersNamed(system, address));
    else if (role === 'all' || role === '100%') addAll(surely, membersOf(system, [cluster]));
    else addAll(perhaps, membersOf(system, role === 'meta-leader' ? metaGroup(system, cluster) : [cluster]));
  }
  return { surely, perhaps };
}

function addAll(set: Set<string>, more: readonly string[]): void {
  for (const one of more) set.add(one);
}

function membersOf({ nodes }: DeclaredSystem, clusters: readonly string[]): string[] {
  return nodes.filter(({ cluster }) => clusters.includes(cluster)).map(({ address }) => address);
}

/** The clusters of a super-cluster, which have one meta group; gateways join every two of them. */
function metaGroup({ links }: DeclaredSystem, cluster: string): string[] {
  const peers = links.flatMap(({ kind, from, to }) =>
    kind === 'gateway' && from.startsWith(`${cluster}/`) ? [to.split('/')[0] ?? ''] : [],
  );
  return [cluster, ...peers];
}
