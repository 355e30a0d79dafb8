import type { LinkInfo, LinkDirection } from '../drivers/driver.ts';
import { until } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import type { DeclaredSystem, SystemContext, FaultTarget } from './fault.ts';
import { listOf, type Direction, type Side } from './fields.ts';

/** An election takes up to 9 seconds, and may fail once. */
const ELECTION_MS = 20_000;

/** Too few nodes are free of other faults for a role that leaves a choice. */
export class NoFreeNodeError extends ChaosError {}

/** Addresses and roles → the nodes and replicas of services that they stand for now. @throws ChaosError when no node has a role */
export async function resolveNodes(ctx: SystemContext, addresses: string | string[]): Promise<FaultTarget> {
  const roles: Record<string, string[]> = {};
  const nodes = new Set<string>();
  // A role that is written twice is drawn once: its nodes are recorded under its name.
  for (const address of new Set(listOf(addresses))) {
    const found = address.includes('@')
      ? await nodesInRole(ctx, address)
      : membersNamed(systemOf(ctx), address);
    if (address.includes('@')) roles[address] = found;
    for (const node of found) nodes.add(node);
  }
  return { nodes: [...nodes], links: [], roles };
}

/** What can be addressed: nodes, and the replicas of services, each service like a cluster. */
export function systemOf({ nodes, links, driver }: SystemContext): DeclaredSystem {
  const replicas = driver.services?.list() ?? [];
  return {
    nodes: [...nodes, ...replicas.map(({ address, service, name }) => ({ address, cluster: service, name }))],
    links,
  };
}

/**
 * The links that join two sides, and for a fault in one direction, the direction on each link.
 *
 * @throws ChaosError when there is none
 */
export function resolveLinks(
  ctx: SystemContext,
  between: [Side, Side],
  direction: Direction = 'both',
): FaultTarget {
  const directions = directionsBetween(systemOf(ctx), between, direction);
  const links = Object.keys(directions);
  if (links.length === 0) {
    throw new ChaosError('failed', `no link joins ${sideText(between[0])} and ${sideText(between[1])}`);
  }
  return { nodes: [], links, roles: {}, ...(direction === 'both' ? {} : { directions }) };
}

/** Id of each link that joins two sides → the direction on it. */
export function directionsBetween(
  system: DeclaredSystem,
  between: [Side, Side],
  direction: Direction = 'both',
): Record<string, LinkDirection> {
  const left = membersOf(system, between[0]);
  const right = membersOf(system, between[1]);
  const directions: Record<string, LinkDirection> = {};
  for (const link of system.links) {
    if (joins(link, left, right)) directions[link.id] = LINK_DIRECTIONS[direction].dialledByFirst;
    else if (joins(link, right, left)) directions[link.id] = LINK_DIRECTIONS[direction].dialledBySecond;
  }
  return directions;
}

/** The direction of data on a link, seen from the side that dials it. */
const LINK_DIRECTIONS: Record<Direction, { dialledByFirst: LinkDirection; dialledBySecond: LinkDirection }> =
  {
    both: { dialledByFirst: 'both', dialledBySecond: 'both' },
    forward: { dialledByFirst: 'out', dialledBySecond: 'back' },
    backward: { dialledByFirst: 'back', dialledBySecond: 'out' },
  };

/** The routes between nodes of one cluster for which `isCut` holds. @throws ChaosError when there is none */
export function routesWhere(
  ctx: SystemContext,
  nodes: readonly string[],
  isCut: (a: string, b: string) => boolean,
): string[] {
  const links = ctx.links.filter(
    ({ kind, from, to }) => kind === 'route' && nodes.includes(from) && nodes.includes(to) && isCut(from, to),
  );
  if (links.length === 0) throw new ChaosError('failed', `no route of ${nodes.join(', ')} is to be cut`);
  return links.map((link) => link.id);
}

/** Every node: a fault on the machine that they share affects them all. */
export function allNodes(ctx: SystemContext): FaultTarget {
  return { nodes: ctx.nodes.map((node) => node.address), links: [], roles: {} };
}

export function sideText(side: Side): string {
  return listOf(side).join(', ');
}

function joins(link: LinkInfo, from: Set<string>, to: Set<string>): boolean {
  return from.has(link.from) && to.has(link.to);
}

function membersOf(ctx: DeclaredSystem, side: Side): Set<string> {
  const members = listOf(side).flatMap((address) => {
    if (address === 'clients') return ['client'];
    const cluster = ctx.nodes.filter((node) => node.cluster === address);
    return cluster.length > 0 ? cluster.map((node) => node.address) : [nodeNamed(ctx, address).address];
  });
  return new Set(members);
}

/** One node or replica by its name, or all replicas of a service. @throws ChaosError */
export function membersNamed(system: DeclaredSystem, address: string): string[] {
  const isOne = system.nodes.some((one) => one.address === address || one.name === address);
  const all = isOne ? [] : system.nodes.filter(({ cluster }) => cluster === address);
  return all.length > 0 ? all.map((one) => one.address) : [nodeNamed(system, address).address];
}

/** @throws ChaosError */
export function nodeNamed({ nodes }: DeclaredSystem, address: string): DeclaredSystem['nodes'][number] {
  const node = nodes.find((n) => n.address === address || n.name === address);
  if (!node) throw new ChaosError('failed', `there is no node ${address}`);
  return node;
}

async function nodesInRole(ctx: SystemContext, address: string): Promise<string[]> {
  const [path = '', role = ''] = address.split('@');
  const cluster = path.split('/')[0] ?? '';
  const members = systemOf(ctx).nodes.filter((node) => node.cluster === cluster);
  const names = members.map((node) => node.address);
  const draw = (from: readonly string[], count: number): string[] => drawFree(ctx, address, from, count);
  const replicas = driverReplicas(ctx, cluster);
  const own = replicas.length > 0 && !ROLES_OF_ALL.includes(role) && !role.endsWith('%');
  if (own) return draw(await elected(ctx, address, () => replicasInRole(ctx, replicas, role)), 1);
  const share = /^([1-9]\d?|100)%$/.exec(role)?.[1];
  if (share !== undefined) return draw(names, shareOf(names.length, Number(share)));
  const leader = async (): Promise<string> =>
    addressOf(members, await elected(ctx, address, () => leaderOf(ctx, path, members)), address);
  switch (role) {
    case 'leader':
      return [await leader()];
    case 'follower':
      return draw(
        (await elected(ctx, address, () => followers(ctx, path))).map((name) =>
          addressOf(members, name, address),
        ),
        1,
      );
    case 'meta-leader':
      // In a super-cluster one meta group spans all clusters, and a node of another one may lead it.
      return [addressOf(ctx.nodes, await elected(ctx, address, () => metaLeader(ctx, names)), address)];
    case 'any':
      return draw(names, 1);
    case 'minority':
      return draw(names, Math.floor((names.length - 1) / 2));
    case 'majority':
      return draw(names, Math.floor(names.length / 2) + 1);
    case 'all':
      return names;
    default:
      throw new ChaosError('failed', `${address}: unknown role @${role}`);
  }
}

/** Roles that are drawn from all members, whatever they say of themselves. */
const ROLES_OF_ALL = ['any', 'minority', 'majority', 'all'];

function driverReplicas({ driver }: SystemContext, service: string): string[] {
  const replicas = driver.services?.list() ?? [];
  return replicas.filter((one) => one.service === service).map((one) => one.address);
}

/** The replicas that say they have a role. @throws ChaosError with what they say while none does, as during a failover */
async function replicasInRole(
  { driver }: SystemContext,
  replicas: readonly string[],
  role: string,
): Promise<string[]> {
  const said = await Promise.all(replicas.map(async (one) => (await driver.services?.role(one)) ?? null));
  const found = replicas.filter((_, i) => said[i] === role);
  if (found.length > 0) return found;
  const words = replicas.map((one, i) => `${one} says ${said[i] ?? 'nothing'}`);
  throw new ChaosError('failed', words.join(', '));
}

/** Draws the same nodes for the same seed, if the same nodes are free. @throws NoFreeNodeError */
function drawFree(ctx: SystemContext, role: string, from: readonly string[], count: number): string[] {
  const free = from.filter((node) => ctx.isFree?.(node) ?? true);
  if (free.length >= count) return ctx.random.sample(free, count);
  const text = `${role}: ${free.length} of ${from.length} nodes ${free.length === 1 ? 'is' : 'are'} free of other faults, and ${count} ${count === 1 ? 'is' : 'are'} wanted`;
  throw new NoFreeNodeError('failed', text);
}

/** A percentage of the nodes of a cluster, rounded down, but at least one. */
function shareOf(clusterSize: number, percent: number): number {
  return Math.max(1, Math.floor((clusterSize * percent) / 100));
}

/** After another fault there may be no leader for some seconds, so this waits for the election. */
async function elected<T>(
  ctx: SystemContext,
  role: string,
  observeElection: () => Promise<T | null>,
): Promise<T> {
  return until(observeElection, {
    timeoutMs: ELECTION_MS,
    everyMs: 100,
    signal: ctx.signal,
    what: `${role}: somebody with this role`,
  });
}

/** The leader of a stream or of a consumer. A server that stands alone names no leader of a consumer. */
async function leaderOf(
  ctx: SystemContext,
  path: string,
  members: DeclaredSystem['nodes'],
): Promise<string | null> {
  if (path.split('/').length < 3) return ctx.observer.streamLeader(path);
  const { leader } = await ctx.observer.consumerInfo(path);
  return leader ?? (members.length === 1 ? (members[0]?.name ?? null) : null);
}

/** Sorted, so that the same seed picks the same one. */
async function followers(ctx: SystemContext, stream: string): Promise<string[] | null> {
  const names = (await ctx.observer.streamInfo(stream)).followers;
  return names.length > 0 ? names.sort() : null;
}

async function metaLeader(ctx: SystemContext, nodes: string[]): Promise<string | null> {
  const claims = await Promise.all(nodes.map((node) => ctx.observer.metaLeader(node).catch(() => null)));
  return claims.find((leader) => leader !== null) ?? null;
}

function addressOf(members: DeclaredSystem['nodes'], name: string, role: string): string {
  const node = members.find((member) => member.name === name);
  if (!node) throw new ChaosError('failed', `${role}: nobody has this role at the moment`);
  return node.address;
}
