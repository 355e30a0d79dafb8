import type { LinkInfo } from '../../drivers/driver.ts';

/** The replicas of a stream: a raft group. */
export interface Group {
  /** `cluster/stream`. */
  stream: string;
  /** Addresses of the nodes that have a replica. */
  peers: readonly string[];
}

/** What a fault in force, or an action, takes away: nobody can count on these nodes and links. */
export interface Disturbance {
  /** Id of the fault, or kind of the action. */
  id: string;
  /** `cluster/node`. */
  nodes: readonly string[];
  /** Link ids. */
  links: readonly string[];
}

/** Whether a group can elect a leader and commit. */
export interface Quorum {
  has: boolean;
  /** Why it cannot, in words; empty when it can. */
  why: string;
}

/**
 * Whether a majority of a group can work together. Servers do not forward for one another, so one of the group, its leader,
 * must reach a majority itself.
 */
export function quorumOf(
  { peers }: Group,
  links: readonly LinkInfo[],
  disturbances: readonly Disturbance[],
): Quorum {
  const down = new Set(disturbances.flatMap(({ nodes }) => nodes));
  const cut = new Set(disturbances.flatMap((one) => one.links));
  const up = peers.filter((peer) => !down.has(peer));
  const reach = (leader: string): number =>
    up.filter((peer) => peer === leader || areLinked(leader, peer, links, cut)).length;
  const most = Math.max(0, ...up.map(reach));
  if (most * 2 > peers.length) return { has: true, why: '' };
  const owners = disturbances.filter(
    (one) => one.nodes.some((node) => peers.includes(node)) || touchesRoute(one, peers, links),
  );
  const by = owners.length === 0 ? '' : ` (${owners.map(({ id }) => id).join(', ')})`;
  return { has: false, why: `at most ${most} of its ${peers.length} replicas reach one another${by}` };
}

/**
 * The fewest disturbances to remove so that every group has a quorum; of equally many, those that came last.
 *
 * @param removable in the order in which they began
 * @param fixed what stays, whatever it costs
 * @returns ids; empty when nothing needs to be removed, or when removing all of them does not help any group
 */
export function fewestToRemove(
  groups: readonly Group[],
  links: readonly LinkInfo[],
  removable: readonly Disturbance[],
  fixed: readonly Disturbance[],
): string[] {
  const withQuorum = (stay: readonly Disturbance[]): number =>
    groups.filter((group) => quorumOf(group, links, [...fixed, ...stay]).has).length;
  // Where what stays has cost a group its quorum, removing everything else does not bring it back.
  const wanted = withQuorum([]);
  for (let count = 0; count < removable.length; count += 1) {
    for (const removed of selections([...removable].reverse(), count)) {
      if (withQuorum(removable.filter((one) => !removed.includes(one))) === wanted) {
        return removed.map(({ id }) => id);
      }
    }
  }
  return removable.map(({ id }) => id).reverse();
}

function areLinked(a: string, b: string, links: readonly LinkInfo[], cut: ReadonlySet<string>): boolean {
  const routes = links.filter(
    ({ kind, from, to }) => kind === 'route' && ((from === a && to === b) || (from === b && to === a)),
  );
  // Routes that nobody controls cannot be cut.
  return routes.length === 0 || routes.some(({ id }) => !cut.has(id));
}

function touchesRoute(one: Disturbance, peers: readonly string[], links: readonly LinkInfo[]): boolean {
  return links.some(
    ({ id, kind, from, to }) =>
      kind === 'route' && one.links.includes(id) && peers.includes(from) && peers.includes(to),
  );
}

/** All selections of so many, those of the first ones first. */
function* selections<T>(from: readonly T[], count: number): Generator<T[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const [i, first] of from.entries()) {
    for (const rest of selections(from.slice(i + 1), count - 1)) yield [first, ...rest];
  }
}
