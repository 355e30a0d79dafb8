import type { Complaints } from './complaints.ts';
import type { Inventory } from './inventory.ts';
import { field, itemsOf, textOf } from './lenient.ts';
import { child } from './pointer.ts';
import { superClusterOf } from './reached.ts';

/** Whether clusters that gateways join can be one system: JetStream has one meta group for all of them. */
export function checkSuperClusters(value: unknown, inventory: Inventory, complaints: Complaints): void {
  // Each is found once for each of its clusters, and told of for the first of them.
  for (const cluster of inventory.clusters.keys()) {
    const members = superClusterOf(cluster, inventory);
    if (members.length === 1 || members[0] !== cluster) continue;
    checkMesh(members, inventory, complaints);
    checkDomains(members, inventory, complaints);
    checkNames(members, inventory, complaints);
  }
  checkLoops(value, inventory, complaints);
}

function checkMesh(members: readonly string[], inventory: Inventory, complaints: Complaints): void {
  const isJoined = (a: string, b: string): boolean =>
    inventory.links.some(
      ({ kind, clusters }) => kind === 'gateway' && clusters.includes(a) && clusters.includes(b),
    );
  members.forEach((a, i) => {
    for (const b of members.slice(i + 1)) {
      if (isJoined(a, b)) continue;
      complaints.error(
        '/links',
        `no gateway joins ${a} and ${b} themselves, and NATS passes nothing on from one gateway to the next; expected { kind: gateway, between: [${a}, ${b}] } as well`,
        'key',
      );
    }
  });
}

function checkDomains(members: readonly string[], inventory: Inventory, complaints: Complaints): void {
  const domainOf = (cluster: string): string | undefined => inventory.clusters.get(cluster)?.domain;
  const text = (cluster: string): string => domainOf(cluster) ?? 'none';
  const [first = '', ...others] = members;
  for (const other of others) {
    if (domainOf(first) === domainOf(other)) continue;
    const owner = domainOf(other) === undefined ? first : other;
    complaints.error(
      `${child('/clusters', owner)}/jetstream/domain`,
      `the JetStream domain of ${other} is ${text(other)}, and that of ${first} is ${text(first)}; expected one for both, or none, as gateways make them one JetStream system`,
    );
  }
}

function checkNames(members: readonly string[], inventory: Inventory, complaints: Complaints): void {
  const owners = new Map<string, string>();
  for (const [address, { cluster, account }] of inventory.streams) {
    if (!members.includes(cluster)) continue;
    const name = address.slice(cluster.length + 1);
    const owner = owners.get(`${account ?? ''} ${name}`);
    if (owner !== undefined) {
      complaints.error(
        child('/streams', address),
        `${owner} has this name too, in the same account; expected another one, as gateways make ${members.join(' and ')} one JetStream system`,
        'key',
      );
    }
    owners.set(`${account ?? ''} ${name}`, address);
  }
}

function checkLoops(value: unknown, inventory: Inventory, complaints: Complaints): void {
  itemsOf(field(value, 'links')).forEach((link, i) => {
    const [from, to] = [textOf(field(link, 'from')), textOf(field(link, 'to'))];
    if (from === undefined || to === undefined || from === to) return;
    if (!superClusterOf(from, inventory).includes(to)) return;
    complaints.error(
      `/links/${i}`,
      `gateways join ${from} and ${to} already; a leafnode link between them would close a loop`,
    );
  });
}
