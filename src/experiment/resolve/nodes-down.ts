import { SHARE } from './addresses.ts';
import { blastProblem, minorityOf } from './blast-radius.ts';
import { clusterOf, type Inventory } from './inventory.ts';

/** The nodes of one cluster that are down: those given by name, and the size of the largest role. */
interface Down {
  names: Set<string>;
  role: number;
}

/** Nodes that are certainly down at one moment, counted by names and roles. */
export class NodesDown {
  readonly #clusters = new Map<string, Down>();
  readonly #inventory: Inventory;
  readonly #allowed: number | undefined;

  /** @param allowed `maxNodesDown` of the experiment, if it says one */
  constructor(inventory: Inventory, allowed: number | undefined) {
    this.#inventory = inventory;
    this.#allowed = allowed;
  }

  /** Counts nodes as down. @returns the problems of that, if any */
  add(addresses: readonly string[]): string[] {
    const before = new Map([...this.#clusters].map(([name, down]) => [name, certain(down)]));
    for (const address of addresses) this.#addOne(address);
    return [...this.#clusters].flatMap(([name, down]) => {
      // A cluster with no more nodes down than before was reported before.
      if (certain(down) <= (before.get(name) ?? 0)) return [];
      const size = this.#nodesOf(name).length;
      const names = down.names.size >= down.role ? [...down.names] : [];
      return blastProblem({ name, size }, certain(down), names, this.#allowed) ?? [];
    });
  }

  /** The problems if nodes were down as well, one at a time. */
  addingEach(addresses: readonly string[]): string[] {
    const problems = addresses
      .flatMap((address) => this.#oneByOne(address))
      .flatMap((one) => this.#copy().add([one]));
    return [...new Set(problems)];
  }

  #copy(): NodesDown {
    const copy = new NodesDown(this.#inventory, this.#allowed);
    for (const [name, { names, role }] of this.#clusters) {
      copy.#clusters.set(name, { names: new Set(names), role });
    }
    return copy;
  }

  #addOne(address: string): void {
    const name = this.#clusterOf(address);
    if (name === undefined) return;
    const size = this.#nodesOf(name).length;
    const down = this.#clusters.get(name) ?? { names: new Set(), role: 0 };
    const [path = '', role] = address.split('@');
    if (role === undefined) down.names.add(path.includes('/') ? path : `${name}/${path}`);
    else down.role = Math.max(down.role, holders(role, size));
    this.#clusters.set(name, down);
  }

  /** One address for each node; the nodes of a role are taken down one at a time, so any one of them will do. */
  #oneByOne(address: string): string[] {
    const [path = '', role] = address.split('@');
    if (role === undefined) return [address];
    const name = this.#clusterOf(address) ?? path;
    return role === 'all' ? this.#nodesOf(name).map((node) => `${name}/${node}`) : [`${name}@any`];
  }

  #nodesOf(cluster: string): readonly string[] {
    return this.#inventory.clusters.get(cluster)?.nodes ?? [];
  }

  /** The cluster of a node or a role; undefined for an unknown one, which is an error of its own. */
  #clusterOf(address: string): string | undefined {
    const [path = ''] = address.split('@');
    const owner = [...this.#inventory.clusters].find(([, { nodes }]) => nodes.includes(path))?.[0];
    const name = owner ?? clusterOf(path);
    return this.#inventory.clusters.has(name) ? name : undefined;
  }
}

function certain({ names, role }: Down): number {
  return Math.max(names.size, role);
}

/** How many nodes a role stands for. */
function holders(role: string, clusterSize: number): number {
  if (role === 'all') return clusterSize;
  if (role === 'minority') return minorityOf(clusterSize);
  if (role === 'majority') return Math.floor(clusterSize / 2) + 1;
  const share = SHARE.exec(role)?.[1];
  return share === undefined ? 1 : Math.max(1, Math.floor((clusterSize * Number(share)) / 100));
}
