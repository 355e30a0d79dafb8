import { SHARE } from './addresses.ts';
import { blastProblem, minorityOf } from './blast-radius.ts';
import { clusterOf, type Inventory } from './inventory.ts';

/** Of one cluster: nodes by name, and as many as the largest role stands for. */
interface Down {
  names: Set<string>;
  role: number;
}

/** Nodes that are certainly down at one moment, as far as names and roles tell. */
export class NodesDown {
  readonly #clusters = new Map<string, Down>();
  readonly #inventory: Inventory;
  readonly #allowed: number | undefined;

  /** @param allowed `maxNodesDown` of the experiment, if it says one */
  constructor(inventory: Inventory, allowed: number | undefined) {
    this.#inventory = inventory;
    this.#allowed = allowed;
  }

  /** Counts nodes among those that are down. @returns what is then wrong, if anything */
  add(addresses: readonly string[]): string[] {
    const before = new Map([...this.#clusters].map(([name, down]) => [name, certain(down)]));
    for (const address of addresses) this.#addOne(address);
    return [...this.#clusters].flatMap(([name, down]) => {
      // What adds nothing to those that are down already has been told of already.
      if (certain(down) <= (before.get(name) ?? 0)) return [];
      const size = this.#nodesOf(name).length;
      const names = down.names.size >= down.role ? [...down.names] : [];
      return blastProblem({ name, size }, certain(down), names, this.#allowed) ?? [];
    });
  }

  /** What would be wrong if nodes were down as well, each while the others are not. */
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

  /** Whoever they are, those of a role are one at a time no more than any one of them. */
  #oneByOne(address: string): string[] {
    const [path = '', role] = address.split('@');
    if (role === undefined) return [address];
    const name = this.#clusterOf(address) ?? path;
    return role === 'all' ? this.#nodesOf(name).map((node) => `${name}/${node}`) : [`${name}@any`];
  }

  #nodesOf(cluster: string): readonly string[] {
    return this.#inventory.clusters.get(cluster)?.nodes ?? [];
  }

  /** The cluster that a node or a role belongs to; none for what is not there, which has been told already. */
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

/** How many nodes a role stands for, whoever has it. */
function holders(role: string, clusterSize: number): number {
  if (role === 'all') return clusterSize;
  if (role === 'minority') return minorityOf(clusterSize);
  if (role === 'majority') return Math.floor(clusterSize / 2) + 1;
  const share = SHARE.exec(role)?.[1];
  return share === undefined ? 1 : Math.max(1, Math.floor((clusterSize * Number(share)) / 100));
}
