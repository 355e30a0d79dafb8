import { faults } from '../faults/index.ts';
import { blastProblem, minorityOf } from './blast-radius.ts';
import type { Complaints } from './complaints.ts';
import { clusterOf, type Inventory } from './inventory.ts';
import { field, itemsOf, numberOf, textOf, textsOf } from './lenient.ts';

/** Nodes of one cluster that are certainly down at once: those named, and as many as the largest role stands for. */
interface Down {
  names: Set<string>;
  role: number;
}

/** Whether the faults of a phase, and those kept from before it, are sure to take more nodes down than is allowed. */
export function checkBlastRadius(value: unknown, inventory: Inventory, complaints: Complaints): void {
  const allowed = numberOf(field(value, 'maxNodesDown'));
  const kept = new Map<string, Down>();
  itemsOf(field(value, 'method')).forEach((phase, i) => {
    const now = new Map([...kept].map(([name, down]) => [name, { ...down, names: new Set(down.names) }]));
    itemsOf(field(phase, 'faults')).forEach((fault, j) => {
      if (!takesNodesDown(fault)) return;
      const before = new Map([...now].map(([name, down]) => [name, certain(down)]));
      for (const address of textsOf(field(fault, 'nodes'))) {
        count(now, address, inventory);
        if (field(fault, 'keep') === true) count(kept, address, inventory);
      }
      const struck = new Set(textsOf(field(fault, 'nodes')).map((one) => clusterOfNode(one, inventory)));
      for (const name of struck) {
        const down = name === undefined ? undefined : now.get(name);
        // What adds nothing to those that are down already has been told of already.
        if (name === undefined || !down || certain(down) <= (before.get(name) ?? 0)) continue;
        const size = inventory.clusters.get(name)?.nodes.length ?? 0;
        const names = down.names.size >= down.role ? [...down.names] : [];
        const problem = blastProblem({ name, size }, certain(down), names, allowed);
        if (problem !== null) complaints.error(`/method/${i}/faults/${j}/nodes`, problem);
      }
    });
  });
}

function certain({ names, role }: Down): number {
  return Math.max(names.size, role);
}

function takesNodesDown(fault: unknown): boolean {
  const kind = textOf(field(fault, 'kind'));
  return faults.some((one) => one.kind === kind && one.takesNodesDown === true);
}

function count(clusters: Map<string, Down>, address: string, inventory: Inventory): void {
  const name = clusterOfNode(address, inventory);
  if (name === undefined) return;
  const size = inventory.clusters.get(name)?.nodes.length ?? 0;
  const down = clusters.get(name) ?? { names: new Set(), role: 0 };
  const [path = '', role] = address.split('@');
  if (role === undefined) down.names.add(path.includes('/') ? path : `${name}/${path}`);
  else down.role = Math.max(down.role, holders(role, size));
  clusters.set(name, down);
}

/** How many nodes a role stands for, whoever has it. */
function holders(role: string, clusterSize: number): number {
  if (role === 'all') return clusterSize;
  if (role === 'minority') return minorityOf(clusterSize);
  return role === 'majority' ? Math.floor(clusterSize / 2) + 1 : 1;
}

/** The cluster that a node or a role belongs to; none for what is not there, which has been told already. */
function clusterOfNode(address: string, inventory: Inventory): string | undefined {
  const [path = ''] = address.split('@');
  const owner = [...inventory.clusters].find(([, { nodes }]) => nodes.includes(path))?.[0];
  const name = owner ?? clusterOf(path);
  return inventory.clusters.has(name) ? name : undefined;
}
