import { faults } from '../faults/index.ts';
import { SHARE } from './addresses.ts';
import { blastProblem, minorityOf } from './blast-radius.ts';
import type { Complaints } from './complaints.ts';
import { windowsOf } from './fault-windows.ts';
import type { PlacedFault } from './faults-of.ts';
import { clusterOf, type Inventory } from './inventory.ts';
import { field, itemsOf, numberOf, textOf, textsOf } from './lenient.ts';
import { scenariosOf } from './scenarios.ts';

/** Nodes of one cluster that are certainly down at once: those named, and as many as the largest role stands for. */
interface Down {
  names: Set<string>;
  role: number;
}

type DownByCluster = Map<string, Down>;

/**
 * Whether faults that are in force at one moment, by the clock, are sure to take more nodes down than is allowed:
 * with those kept from phases before, and whatever is chosen where there is a choice.
 */
export function checkBlastRadius(value: unknown, inventory: Inventory, complaints: Complaints): void {
  const method = itemsOf(field(value, 'method'));
  const allowed = numberOf(field(value, 'maxNodesDown'));
  // What many scenarios and moments show alike is told once.
  const told = new Set<string>();
  for (const phases of scenariosOf(method)) {
    const kept: PlacedFault[] = [];
    phases.forEach((placed, i) => {
      const striking = placed.filter(({ fault }) => takesNodesDown(fault));
      for (const moment of momentsOf(striking, method[i])) {
        const now: DownByCluster = new Map();
        for (const { fault } of kept) add(now, fault, inventory);
        for (const { fault, at } of striking.filter((one) => isInForce(one, method[i], moment))) {
          for (const problem of adding(now, fault, inventory, allowed)) {
            if (!told.has(at)) complaints.error(`${at}/nodes`, problem);
            told.add(at);
          }
        }
      }
      kept.push(...striking.filter(({ fault }) => field(fault, 'keep') === true));
    });
  }
}

function takesNodesDown(fault: unknown): boolean {
  const kind = textOf(field(fault, 'kind'));
  return faults.some((one) => one.kind === kind && one.takesNodesDown === true);
}

/** When something strikes: at no other moment are more faults in force than before. */
function momentsOf(striking: readonly PlacedFault[], phase: unknown): number[] {
  const starts = striking.flatMap(({ fault }) => windowsOf(fault, phase).map(({ from }) => from));
  return [...new Set(starts)].sort((a, b) => a - b);
}

function isInForce({ fault }: PlacedFault, phase: unknown, moment: number): boolean {
  return windowsOf(fault, phase).some(({ from, to }) => from <= moment && moment < to);
}

/** Counts a fault's nodes among those that are down. @returns what is then wrong, if anything */
function adding(
  now: DownByCluster,
  fault: unknown,
  inventory: Inventory,
  allowed: number | undefined,
): string[] {
  const before = new Map([...now].map(([name, down]) => [name, certain(down)]));
  add(now, fault, inventory);
  return [...now].flatMap(([name, down]) => {
    // What adds nothing to those that are down already has been told of already.
    if (certain(down) <= (before.get(name) ?? 0)) return [];
    const size = inventory.clusters.get(name)?.nodes.length ?? 0;
    const names = down.names.size >= down.role ? [...down.names] : [];
    return blastProblem({ name, size }, certain(down), names, allowed) ?? [];
  });
}

function certain({ names, role }: Down): number {
  return Math.max(names.size, role);
}

function add(clusters: DownByCluster, fault: unknown, inventory: Inventory): void {
  for (const address of textsOf(field(fault, 'nodes'))) {
    const name = clusterOfNode(address, inventory);
    if (name === undefined) continue;
    const size = inventory.clusters.get(name)?.nodes.length ?? 0;
    const down = clusters.get(name) ?? { names: new Set(), role: 0 };
    const [path = '', role] = address.split('@');
    if (role === undefined) down.names.add(path.includes('/') ? path : `${name}/${path}`);
    else down.role = Math.max(down.role, holders(role, size));
    clusters.set(name, down);
  }
}

/** How many nodes a role stands for, whoever has it. */
function holders(role: string, clusterSize: number): number {
  if (role === 'all') return clusterSize;
  if (role === 'minority') return minorityOf(clusterSize);
  if (role === 'majority') return Math.floor(clusterSize / 2) + 1;
  const share = SHARE.exec(role)?.[1];
  return share === undefined ? 1 : Math.max(1, Math.floor((clusterSize * Number(share)) / 100));
}

/** The cluster that a node or a role belongs to; none for what is not there, which has been told already. */
function clusterOfNode(address: string, inventory: Inventory): string | undefined {
  const [path = ''] = address.split('@');
  const owner = [...inventory.clusters].find(([, { nodes }]) => nodes.includes(path))?.[0];
  const name = owner ?? clusterOf(path);
  return inventory.clusters.has(name) ? name : undefined;
}
