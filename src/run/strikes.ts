import type { NodeInfo } from '../drivers/driver.ts';
import { ChaosError } from '../support/errors.ts';
import { refusalOf } from './blast-radius.ts';
import { overlap, type Strike, type Struck } from './strike.ts';

/** What strikes, is in force and is being undone just now, by the ids of its records, in the order in which it began. */
export class Strikes {
  /** Those that have not struck yet among them: all count as being there. */
  readonly #aimed = new Map<string, Strike>();
  readonly #struck = new Map<string, Struck>();
  readonly #launches = new Map<string, Promise<boolean>>();
  readonly #removals = new Map<string, Promise<boolean>>();
  readonly #nodes: readonly NodeInfo[];
  readonly #maxNodesDown: number | undefined;

  /** @param maxNodesDown how many nodes of a cluster may be down at once; undefined: a minority */
  constructor(nodes: readonly NodeInfo[], maxNodesDown: number | undefined) {
    this.#nodes = nodes;
    this.#maxNodesDown = maxNodesDown;
  }

  aim(strike: Strike): void {
    this.#aimed.set(strike.record.id, strike);
  }

  strike(struck: Struck): void {
    this.#struck.set(struck.record.id, struck);
  }

  /** It is proven gone, or never struck. */
  forget(id: string): void {
    this.#aimed.delete(id);
    this.#struck.delete(id);
  }

  struck(id: string): Struck | undefined {
    return this.#struck.get(id);
  }

  struckIn(phase: string): Struck[] {
    return [...this.#struck.values()].filter(({ record }) => record.phase === phase);
  }

  /** Why a strike would take more nodes down than is allowed, or null. */
  refusal({ fault, target }: Strike): string | null {
    return fault.takesNodesDown === true ? this.#refusalOf(target.nodes) : null;
  }

  /** @throws ChaosError when nodes, with those that strikes have taken down, would be more than is allowed */
  demandMayGoDown(nodes: readonly string[]): void {
    const refused = this.#refusalOf(nodes);
    if (refused !== null) throw new ChaosError('failed', refused);
  }

  #refusalOf(nodes: readonly string[]): string | null {
    const down = [...this.#aimed.values()].flatMap((one) =>
      one.fault.takesNodesDown === true ? one.target.nodes : [],
    );
    return refusalOf(this.#nodes, down, nodes, this.#maxNodesDown);
  }

  /**
   * Launches that began before, on the same nodes: a strike follows them, so that what it is proven by is its own work.
   *
   * @param run given what to wait for; called at once
   */
  launch(strike: Strike, run: (before: Promise<boolean>[]) => Promise<boolean>): Promise<boolean> {
    const before = [...this.#launches].flatMap(([id, launch]) =>
      this.#overlaps(id, strike) ? [launch] : [],
    );
    return tracked(this.#launches, strike.record.id, () => run(before));
  }

  /** A removal under way is not begun again. */
  remove(id: string, run: () => Promise<boolean>): Promise<boolean> {
    return this.#removals.get(id) ?? tracked(this.#removals, id, run);
  }

  /** Removals under way that a strike has to wait for: on the same nodes, or any if there would be too many down. */
  removalsInTheWay(strike: Strike): Promise<boolean>[] {
    const tooMany = this.refusal(strike) !== null;
    return [...this.#removals].flatMap(([id, removal]) =>
      tooMany || this.#overlaps(id, strike) ? [removal] : [],
    );
  }

  /** Whether a fault on the same nodes that struck later, and goes before the phase does, is still in force. */
  isHidden(struck: Struck): boolean {
    const ids = [...this.#struck.keys()];
    return [...this.#struck.values()]
      .slice(ids.indexOf(struck.record.id) + 1)
      .some((one) => !one.plan.keep && overlap(one, struck));
  }

  /** Whether anything else strikes the same nodes, or has. */
  sharesNodes(struck: Struck): boolean {
    return [...this.#aimed].some(([id, one]) => id !== struck.record.id && overlap(one, struck));
  }

  #overlaps(id: string, strike: Strike): boolean {
    const other = this.#aimed.get(id);
    return other !== undefined && overlap(other, strike);
  }
}

/** Keeps a promise in a map until it is settled. */
function tracked(
  under: Map<string, Promise<boolean>>,
  id: string,
  run: () => Promise<boolean>,
): Promise<boolean> {
  const work = run().finally(() => under.delete(id));
  under.set(id, work);
  return work;
}
