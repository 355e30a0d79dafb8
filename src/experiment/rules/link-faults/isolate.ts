import { nodeAddresses } from '../../resolve/addresses.ts';
import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { clusterOf, type Inventory } from '../../resolve/inventory.ts';
import { field, textsOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const isolateCuts: ExperimentRule = {
  name: 'link-faults/isolate',
  demand: 'Isolated nodes have a link to something outside: another node, another cluster, or clients.',
  check({ value, inventory, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      if (field(fault, 'kind') !== 'isolate' || field(fault, 'clients') === true) continue;
      const inside = membersOf(textsOf(field(fault, 'nodes')), inventory);
      if (inside.length === 0 || isLinkedOutside(inside, inventory)) continue;
      complaints.error(
        `${at}/nodes`,
        `nothing but clients is linked with ${inside.length === 1 ? 'this node' : 'these nodes'}, so there is nothing to cut; say clients: true, or name fewer nodes`,
      );
    }
  },
};

/** The nodes that addresses name for certain: any role other than `@all` leaves some nodes outside. */
function membersOf(addresses: string[], inventory: Inventory): string[] {
  return addresses.flatMap((address) => {
    if (address.endsWith('@all')) return nodesOf(address.slice(0, -'@all'.length), inventory);
    return nodeAddresses(inventory).filter((node) => node === address || node.split('/')[1] === address);
  });
}

function isLinkedOutside(inside: readonly string[], inventory: Inventory): boolean {
  const clusters = new Set(inside.map(clusterOf));
  return [...clusters].some((cluster) => {
    const whole = nodesOf(cluster, inventory).every((node) => inside.includes(node));
    const linked = inventory.links.some(
      (link) => link.clusters.includes(cluster) && link.clusters.some((end) => !clusters.has(end)),
    );
    return !whole || linked;
  });
}

function nodesOf(cluster: string, inventory: Inventory): string[] {
  return nodeAddresses(inventory).filter((node) => clusterOf(node) === cluster);
}
