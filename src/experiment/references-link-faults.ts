import { UNITS, type UnitName } from '../support/units.ts';
import { nodeAddresses } from './addresses.ts';
import type { Complaints } from './complaints.ts';
import { clusterOf, type Inventory } from './inventory.ts';
import { field, textOf, textsOf } from './lenient.ts';
import type { Pointer } from './pointer.ts';
import { checkBetween } from './references-links.ts';

/** Half of the nodes besides the one in the middle, on each side. */
const LEAST_BRIDGED = 3;
/** Of three nodes, a majority of each could only be the same two, or all of them. */
const LEAST_IN_RING = 4;

/** Whether a fault on links strikes something, can be done at all, and can be proven. */
export function checkLinkFault(
  fault: unknown,
  pointer: Pointer,
  inventory: Inventory,
  complaints: Complaints,
): void {
  checkBetween(field(fault, 'between'), `${pointer}/between`, inventory, complaints);
  checkDirection(fault, pointer, complaints);
  switch (textOf(field(fault, 'kind')) ?? '') {
    case 'isolate': {
      checkIsolate(fault, pointer, inventory, complaints);
      return;
    }
    case 'bridge':
      checkOver(fault, pointer, complaints);
      {
        checkSize(fault, LEAST_BRIDGED, pointer, inventory, complaints);
        return;
      }
    case 'majorities-ring': {
      checkSize(fault, LEAST_IN_RING, pointer, inventory, complaints);
      return;
    }
    case 'latency': {
      checkShare(fault, ['jitter', 'latency', 'duration'], 0.5, pointer, complaints);
      return;
    }
    case 'slicer': {
      checkShare(fault, ['variation', 'size', 'size'], 0.5, pointer, complaints);
      return;
    }
  }
}

/** Proxies close a connection as a whole; only the data on it can be lost in one direction. */
function checkDirection(fault: unknown, pointer: Pointer, complaints: Complaints): void {
  const direction = textOf(field(fault, 'direction'));
  if (textOf(field(fault, 'kind')) !== 'partition') return;
  if (direction !== 'forward' && direction !== 'backward') return;
  if ((textOf(field(fault, 'mode')) ?? 'reset') === 'blackhole') return;
  complaints.error(
    `${pointer}/direction`,
    `connections are reset in both directions or not at all: for "${direction}" say mode: blackhole`,
  );
}

function checkIsolate(fault: unknown, pointer: Pointer, inventory: Inventory, complaints: Complaints): void {
  const inside = textsOf(field(fault, 'nodes')).flatMap((address) => {
    if (address.endsWith('@all')) return membersOf(address.slice(0, -'@all'.length), inventory);
    // Whoever else has a role, it is not everybody.
    return nodeAddresses(inventory).filter((node) => node === address || node.split('/')[1] === address);
  });
  const clusters = new Set(inside.map(clusterOf));
  const alone = [...clusters].every((cluster) => {
    const whole = membersOf(cluster, inventory).every((node) => inside.includes(node));
    const linked = inventory.links.some(
      (link) => link.clusters.includes(cluster) && link.clusters.some((end) => !clusters.has(end)),
    );
    return whole && !linked;
  });
  if (inside.length === 0 || !alone || field(fault, 'clients') === true) return;
  complaints.error(
    `${pointer}/nodes`,
    `nothing but clients is linked with ${inside.length === 1 ? 'this node' : 'these nodes'}, so there is nothing to cut; say clients: true, or name fewer nodes`,
  );
}

function checkOver(fault: unknown, pointer: Pointer, complaints: Complaints): void {
  const over = textOf(field(fault, 'over'));
  const cluster = textOf(field(fault, 'cluster'));
  if (over === undefined || cluster === undefined || !over.includes('/') || clusterOf(over) === cluster)
    return;
  complaints.error(`${pointer}/over`, `"${over}" is no node of ${cluster}`);
}

function checkSize(
  fault: unknown,
  least: number,
  pointer: Pointer,
  inventory: Inventory,
  complaints: Complaints,
): void {
  const name = textOf(field(fault, 'cluster')) ?? '';
  const size = inventory.clusters.get(name)?.nodes.length;
  if (size === undefined || size >= least) return;
  complaints.error(
    `${pointer}/cluster`,
    `${name} has ${size} ${size === 1 ? 'node' : 'nodes'}; expected a cluster of ${least} or more`,
  );
}

/** What varies too much could hide that the fault is there at all. */
function checkShare(
  fault: unknown,
  [part, whole, unit]: [string, string, UnitName],
  most: number,
  pointer: Pointer,
  complaints: Complaints,
): void {
  const definition = UNITS[unit];
  const [small, large] = [part, whole].map((name) => {
    const text = textOf(field(fault, name));
    return text !== undefined && new RegExp(definition.pattern).test(text)
      ? definition.parse(text)
      : undefined;
  });
  if (small === undefined || large === undefined || small <= large * most) return;
  complaints.error(
    `${pointer}/${part}`,
    `found "${textOf(field(fault, part)) ?? ''}"; expected at most half of the ${whole}, or the fault could not be told from none`,
  );
}

function membersOf(cluster: string, inventory: Inventory): string[] {
  return nodeAddresses(inventory).filter((node) => clusterOf(node) === cluster);
}
