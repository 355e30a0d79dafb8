import type { LinkInfo, NodeInfo, Way } from '../drivers/driver.ts';
import { until } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import type { SystemContext, FaultTarget } from './fault.ts';
import { listOf, type Direction, type Side } from './fields.ts';

/** An election takes up to 9 seconds, and may fail once. */
const ELECTION_MS = 20_000;

/** Node addresses and roles → the nodes they mean at this moment. @throws ChaosError when a role has nobody */
export async function resolveNodes(ctx: SystemContext, addresses: string | string[]): Promise<FaultTarget> {
  const roles: Record<string, string[]> = {};
  const nodes = new Set<string>();
  // A role that is written twice is one draw: who it was is recorded under its name.
  for (const address of new Set(listOf(addresses))) {
    const found = address.includes('@') ? await holdersOf(ctx, address) : [nodeNamed(ctx, address)];
    if (address.includes('@')) roles[address] = found;
    for (const node of found) nodes.add(node);
  }
  return { nodes: [...nodes], links: [], roles };
}

/**
 * The links that join two sides, and of a one-way fault which way of each.
 *
 * @throws ChaosError when there is none
 */
export function resolveLinks(
  ctx: SystemContext,
  between: [Side, Side],
  direction: Direction = 'both',
): FaultTarget {
  const left = membersOf(ctx, between[0]);
  const right = membersOf(ctx, between[1]);
  const ways: Record<string, Way> = {};
  for (const link of ctx.links) {
    if (joins(link, left, right)) ways[link.id] = WAYS[direction].dialledByFirst;
    else if (joins(link, right, left)) ways[link.id] = WAYS[direction].dialledBySecond;
  }
  const links = Object.keys(ways);
  if (links.length === 0) {
    throw new ChaosError('failed', `no link joins ${sideText(between[0])} and ${sideText(between[1])}`);
  }
  return { nodes: [], links, roles: {}, ...(direction === 'both' ? {} : { ways }) };
}

/** Which way data takes through a link, by who dials it. */
const WAYS: Record<Direction, { dialledByFirst: Way; dialledBySecond: Way }> = {
  both: { dialledByFirst: 'both', dialledBySecond: 'both' },
  forward: { dialledByFirst: 'out', dialledBySecond: 'back' },
  backward: { dialledByFirst: 'back', dialledBySecond: 'out' },
};

/** The routes between nodes of one cluster that a choice strikes. @throws ChaosError when it strikes none */
export function routesWhere(
  ctx: SystemContext,
  nodes: readonly string[],
  strikes: (a: string, b: string) => boolean,
): string[] {
  const links = ctx.links.filter(
    ({ kind, from, to }) =>
      kind === 'route' && nodes.includes(from) && nodes.includes(to) && strikes(from, to),
  );
  if (links.length === 0) throw new ChaosError('failed', `no route of ${nodes.join(', ')} is to be cut`);
  return links.map((link) => link.id);
}

/** Every node there is: what strikes the machine that they share strikes them all. */
export function everyNodeOf(ctx: SystemContext): FaultTarget {
  return { nodes: ctx.nodes.map((node) => node.address), links: [], roles: {} };
}

export function sideText(side: Side): string {
  return listOf(side).join(', ');
}

function joins(link: LinkInfo, from: Set<string>, to: Set<string>): boolean {
  return from.has(link.from) && to.has(link.to);
}

function membersOf(ctx: SystemContext, side: Side): Set<string> {
  const members = listOf(side).flatMap((address) => {
    if (address === 'clients') return ['client'];
    const cluster = ctx.nodes.filter((node) => node.cluster === address);
    return cluster.length > 0 ? cluster.map((node) => node.address) : [nodeNamed(ctx, address)];
  });
  return new Set(members);
}

function nodeNamed(ctx: SystemContext, address: string): string {
  const node = ctx.nodes.find((n) => n.address === address || n.name === address);
  if (!node) throw new ChaosError('failed', `there is no node ${address}`);
  return node.address;
}

async function holdersOf(ctx: SystemContext, address: string): Promise<string[]> {
  const [path = '', role = ''] = address.split('@');
  const cluster = path.split('/')[0] ?? '';
  const members = ctx.nodes.filter((node) => node.cluster === cluster);
  const names = members.map((node) => node.address);
  const share = /^([1-9]\d?|100)%$/.exec(role)?.[1];
  if (share !== undefined) return ctx.random.sample(names, shareOf(names.length, Number(share)));
  const leader = async (): Promise<string> =>
    addressOf(members, await elected(ctx, address, () => leaderOf(ctx, path, members)), address);
  switch (role) {
    case 'leader':
      return [await leader()];
    case 'follower':
      return [
        addressOf(members, ctx.random.pick(await elected(ctx, address, () => followers(ctx, path))), address),
      ];
    case 'meta-leader':
      // In a super-cluster one meta group spans all clusters, and a node of another one may lead it.
      return [addressOf(ctx.nodes, await elected(ctx, address, () => metaLeader(ctx, names)), address)];
    case 'any':
      return [ctx.random.pick(names)];
    case 'minority':
      return ctx.random.sample(names, Math.floor((names.length - 1) / 2));
    case 'majority':
      return ctx.random.sample(names, Math.floor(names.length / 2) + 1);
    case 'all':
      return names;
    default:
      throw new ChaosError('failed', `${address}: unknown role @${role}`);
  }
}

/** So many per cent of the nodes of a cluster, rounded down, but one of them at least. */
function shareOf(clusterSize: number, percent: number): number {
  return Math.max(1, Math.floor((clusterSize * percent) / 100));
}

/** After another fault there may be no leader for some seconds, so the election is waited for. */
async function elected<T>(ctx: SystemContext, role: string, look: () => Promise<T | null>): Promise<T> {
  return until(look, {
    timeoutMs: ELECTION_MS,
    everyMs: 100,
    signal: ctx.signal,
    what: `${role}: somebody with this role`,
  });
}

/** Of a stream, or of a consumer: its own leader is who answers for it, and one that stands alone names none. */
async function leaderOf(
  ctx: SystemContext,
  path: string,
  members: readonly NodeInfo[],
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

function addressOf(members: SystemContext['nodes'], name: string, role: string): string {
  const node = members.find((member) => member.name === name);
  if (!node) throw new ChaosError('failed', `${role}: nobody has this role at the moment`);
  return node.address;
}
