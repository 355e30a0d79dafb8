import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { nodeAddresses } from '../../resolve/addresses.ts';
import { clusterOf, type Inventory } from '../../resolve/inventory.ts';
import { replicasOfService, serviceOf } from '../../resolve/services.ts';
import { field, itemsOf, textsOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const linkSides: ExperimentRule = {
  name: 'link-faults/sides',
  demand: 'The two sides of a fault between nodes have no member in common, and some link joins them.',
  check({ value, inventory, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      const sides = itemsOf(field(fault, 'between')).map((side) => membersOf(textsOf(side), inventory));
      const problem = sidesProblem(sides, inventory);
      if (problem !== null) complaints.error(`${at}/between`, problem);
    }
  },
};

function sidesProblem([left, right]: string[][], inventory: Inventory): string | null {
  // A side that cannot be read, or that names nothing, is an error of its own.
  if (!left || !right || left.length === 0 || right.length === 0) return null;
  const both = left.filter((member) => right.includes(member));
  if (both.length > 0) {
    return `${both.slice(0, 3).join(', ')} would be on both sides; expected two sides apart`;
  }
  // The environment need not state the links of servers that run already.
  if (inventory.attached) return null;
  return left.some((a) => right.some((b) => linked(a, b, inventory)))
    ? null
    : 'no link joins the two sides, so the fault would have no effect';
}

function membersOf(side: string[], inventory: Inventory): string[] {
  const nodes = nodeAddresses(inventory);
  return side.flatMap((address) => {
    if (address === 'clients') return [address];
    const service = serviceOf(address, inventory);
    if (service !== undefined && !nodes.some((node) => node === address || clusterOf(node) === address))
      return replicasOfService(service, inventory.services).filter(
        (one) => address === service || one === address || one.replace('/', '-') === address,
      );
    return nodes.filter((node) => node === address || clusterOf(node) === address);
  });
}

function linked(a: string, b: string, inventory: Inventory): boolean {
  const services = [a, b].map((end) => inventory.services.get(clusterOf(end)));
  if (services.some((one) => one !== undefined))
    return services.some((one, i) => one?.links.some(({ to }) => to === clusterOf([b, a][i] ?? '')));
  if (a === 'clients' || b === 'clients') return true;
  const ends = [clusterOf(a), clusterOf(b)];
  if (ends[0] === ends[1]) return true;
  return inventory.links.some((link) => ends.every((cluster) => link.clusters.includes(cluster)));
}
