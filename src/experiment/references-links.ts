import { nodeAddresses } from './addresses.ts';
import type { Complaints } from './complaints.ts';
import { clusterOf, type Inventory } from './inventory.ts';
import { itemsOf, textsOf } from './lenient.ts';
import type { Pointer } from './pointer.ts';

/** Whether the two sides of a link fault are apart, and some link joins them. */
export function checkBetween(
  between: unknown,
  pointer: Pointer,
  inventory: Inventory,
  complaints: Complaints,
): void {
  const [left, right] = itemsOf(between).map((side) => membersOf(textsOf(side), inventory));
  // A side that cannot be read, or names nothing, has been told already.
  if (!left || !right || left.length === 0 || right.length === 0) return;
  const both = left.filter((member) => right.includes(member));
  if (both.length > 0) {
    complaints.error(
      pointer,
      `${both.slice(0, 3).join(', ')} would be on both sides; expected two sides apart`,
    );
    return;
  }
  // Links of servers that run already are nobody's here: the plan says so.
  if (inventory.attached) return;
  if (!left.some((a) => right.some((b) => linked(a, b, inventory)))) {
    complaints.error(pointer, 'no link joins the two sides, so there is nothing to strike');
  }
}

function membersOf(side: string[], inventory: Inventory): string[] {
  const nodes = nodeAddresses(inventory);
  return side.flatMap((address) => {
    if (address === 'clients') return [address];
    return nodes.filter((node) => node === address || clusterOf(node) === address);
  });
}

function linked(a: string, b: string, inventory: Inventory): boolean {
  if (a === 'clients' || b === 'clients') return true;
  const ends = [clusterOf(a), clusterOf(b)];
  if (ends[0] === ends[1]) return true;
  return inventory.links.some((link) => ends.every((cluster) => link.clusters.includes(cluster)));
}
