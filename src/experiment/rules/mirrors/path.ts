import { clustersReachable } from '../../resolve/reachable-clusters.ts';
import type { Inventory } from '../../resolve/inventory.ts';
import { knownOriginsOf, type KnownOrigin } from '../../resolve/origins.ts';
import type { EnvironmentRule } from '../rule.ts';

export const mirrorPath: EnvironmentRule = {
  name: 'mirrors/path',
  demand:
    'Links lead from a mirror or source to its origin; over leafnode links, the two clusters have different JetStream domains.',
  check({ value, inventory, complaints }) {
    // Mirrors on servers that run already reach their origins already, by whatever path.
    if (inventory.attached) return;
    for (const origin of knownOriginsOf(value, inventory)) {
      const problem = origin.from.cluster === origin.entry.cluster ? null : pathProblem(origin, inventory);
      if (problem !== null) complaints.error(origin.at, problem);
    }
  },
};

/** Why a stream cannot copy from another cluster, or null when it can. */
function pathProblem({ address, entry, name, from, api }: KnownOrigin, inventory: Inventory): string | null {
  const { cluster: own, account } = entry;
  const joined = (kinds: string[]): boolean =>
    clustersReachable(own, kinds, inventory, account).has(from.cluster);
  if (!joined(['leafnode', 'gateway'])) {
    return `${address} cannot reach ${name}: no link of account ${account ?? 'none'} joins ${own} and ${from.cluster}; expected { kind: leafnode, from: ${own}, to: ${from.cluster}${account === undefined ? '' : `, account: ${account}`} } or the like under links`;
  }
  if (api !== undefined || joined(['gateway'])) return null;
  const domain = inventory.clusters.get(from.cluster)?.domain;
  if (domain === undefined) {
    return `${address} reaches ${name} over a leafnode link, which needs a JetStream domain there: expected clusters.${from.cluster}.jetstream.domain`;
  }
  return domain === inventory.clusters.get(own)?.domain
    ? `${own} and ${from.cluster} have the same JetStream domain, "${domain}"; expected one each`
    : null;
}
