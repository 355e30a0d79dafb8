import type { NodeInfo } from '../../drivers/driver.ts';
import type { Fault } from '../../faults/fault.ts';
import { ChaosError } from '../../support/errors.ts';
import { refusalOf } from './blast-radius.ts';
import { conflictingNodes, explains, mayCostLeaders, obscures, takesNodesDown } from './conflicts.ts';
import { overlap, type InjectionOutcome, type Injection, type ActiveInjection } from './injection.ts';

/** A server answers its monitor before it takes routes: a fault on links finds it out of reach until then. */
const COMING_BACK_MS = 10_000;

/** The injections that are being made, in force or being undone, by the ids of their records, in the order in which they began. */
export class Injections {
  /** From the moment their targets are resolved: those not yet injected count as well. */
  readonly #resolved = new Map<string, Injection>();
  readonly #active = new Map<string, ActiveInjection>();
  readonly #launches = new Map<string, Promise<InjectionOutcome>>();
  readonly #removals = new Map<string, Promise<boolean>>();
  /** Node → when the fault that had taken it down was proven removed. */
  readonly #backSince = new Map<string, number>();
  /** Nodes that an action has taken out of their cluster: they are down until one brings them back. */
  readonly takenOut = new Set<string>();
  /** Nodes that an action by the clock takes down at this moment. */
  readonly #held = new Set<string>();
  readonly #nodes: readonly NodeInfo[];
  readonly #maxNodesDown: number | undefined;

  /** @param maxNodesDown how many nodes of a cluster may be down at once; undefined: a minority */
  constructor(nodes: readonly NodeInfo[], maxNodesDown: number | undefined) {
    this.#nodes = nodes;
    this.#maxNodesDown = maxNodesDown;
  }

  register(injection: Injection): void {
    this.#resolved.set(injection.record.id, injection);
  }

  inject(active: ActiveInjection): void {
    this.#active.set(active.record.id, active);
  }

  /** Its removal is proven, or it was never injected. */
  forget(id: string): void {
    const active = this.#active.get(id);
    if (active !== undefined && takesNodesDown(active)) {
      for (const node of active.target.nodes) this.#backSince.set(node, performance.now());
    }
    this.#resolved.delete(id);
    this.#active.delete(id);
  }

  active(id: string): ActiveInjection | undefined {
    return this.#active.get(id);
  }

  /** Those injected at once come in the order in which they were declared, whichever was proven first. */
  all(): ActiveInjection[] {
    return [...this.#resolved.keys()].flatMap((id) => this.#active.get(id) ?? []);
  }

  activeIn(phase: string): ActiveInjection[] {
    return [...this.#active.values()].filter(({ record }) => record.phase === phase);
  }

  /** Why an injection would take more nodes down than is allowed, or null. */
  refusal({ fault, target }: Injection): string | null {
    return fault.takesNodesDown === true ? this.#refusalOf(target.nodes) : null;
  }

  /** Whether a fault injected into this node now would meet no other. */
  isFree(fault: Fault, node: string): boolean {
    if (this.#held.has(node)) return false;
    const one = { fault, target: { nodes: [node], links: [], roles: {} }, touches: new Set([node]) };
    return [...this.#resolved.values()].every((other) => conflictingNodes(one, other).length === 0);
  }

  /** Whether a fault on one of these nodes was removed so recently that the node may not serve completely yet. */
  areComingBack(nodes: ReadonlySet<string>): boolean {
    const since = performance.now() - COMING_BACK_MS;
    return [...nodes].some((node) => (this.#backSince.get(node) ?? -Infinity) > since);
  }

  /** Whether no fault and no action has taken this node down. */
  isUp(node: string): boolean {
    if (this.takenOut.has(node) || this.#held.has(node)) return false;
    return ![...this.#resolved.values()].some(
      (one) => takesNodesDown(one) && one.target.nodes.includes(node),
    );
  }

  /** Which other fault an injection would meet, and where, or null. */
  conflict(injection: Injection): string | null {
    const held = [...this.#held].filter((node) => injection.touches.has(node));
    if (held.length > 0) return `${held.join(', ')} ${held.length === 1 ? 'is' : 'are'} held by an action`;
    for (const other of this.#resolved.values()) {
      const nodes = conflictingNodes(injection, other);
      if (nodes.length > 0) return heldText(nodes, other);
    }
    return null;
  }

  /** Which other fault explains that an injection would change nothing, or null. */
  explanation(injection: Injection): string | null {
    const other = [...this.#resolved.values()].find(
      (one) => one.record.id !== injection.record.id && explains(one, injection),
    );
    if (other === undefined) return null;
    return heldText(
      [...other.touches].filter((node) => injection.touches.has(node)),
      other,
    );
  }

  /** Whether there is a fault that may have left a group without a leader. */
  mayCostLeaders(): boolean {
    return [...this.#resolved.values()].some(mayCostLeaders);
  }

  /** @throws ChaosError when nodes, with those that injections have taken down, would be more than is allowed */
  demandMayGoDown(nodes: readonly string[]): void {
    const refused = this.#refusalOf(nodes);
    if (refused !== null) throw new ChaosError('failed', refused);
  }

  /** Why an action by the clock cannot have these nodes now, or null: a fault touches one, or too many would be down. */
  whyNotHeld(nodes: readonly string[]): string | null {
    for (const other of this.#resolved.values()) {
      const touched = nodes.filter((node) => other.touches.has(node));
      if (touched.length > 0) return heldText(touched, other);
    }
    return this.#refusalOf(nodes);
  }

  /** Faults meet an action there from now on. */
  hold(nodes: readonly string[]): void {
    for (const node of nodes) this.#held.add(node);
  }

  release(nodes: readonly string[]): void {
    for (const node of nodes) {
      this.#held.delete(node);
      this.#backSince.set(node, performance.now());
    }
  }

  #refusalOf(nodes: readonly string[]): string | null {
    const byFaults = [...this.#resolved.values()].flatMap((one) =>
      one.fault.takesNodesDown === true ? one.target.nodes : [],
    );
    const down = [...new Set([...byFaults, ...this.takenOut, ...this.#held])];
    return refusalOf(this.#nodes, down, nodes, this.#maxNodesDown);
  }

  /**
   * Runs an injection after those on the same nodes that began before it, so that its proof rests on its own effect.
   *
   * @param run given what to wait for; called at once
   */
  launch(
    injection: Injection,
    run: (before: Promise<InjectionOutcome>[]) => Promise<InjectionOutcome>,
  ): Promise<InjectionOutcome> {
    const before = [...this.#launches].flatMap(([id, launch]) =>
      this.#overlaps(id, injection) ? [launch] : [],
    );
    return tracked(this.#launches, injection.record.id, () => run(before));
  }

  /** A removal that is under way is not begun again. */
  remove(id: string, run: () => Promise<boolean>): Promise<boolean> {
    return this.#removals.get(id) ?? tracked(this.#removals, id, run);
  }

  /** All removals that are under way. */
  removals(): Promise<boolean>[] {
    return [...this.#removals.values()];
  }

  /** Removals that an injection has to wait for: those on the same nodes, or all if too many nodes would be down. */
  removalsInTheWay(injection: Injection): Promise<boolean>[] {
    const tooMany = this.refusal(injection) !== null;
    return [...this.#removals].flatMap(([id, removal]) =>
      tooMany || this.#overlaps(id, injection) ? [removal] : [],
    );
  }

  /** Whether a later fault on the same nodes, which ends before the phase does, is still in force. */
  isHidden(active: ActiveInjection): boolean {
    return this.#laterThan(active).some((one) => overlap(one, active));
  }

  /** Whether one of those has stopped a node, so that this fault cannot be observed. */
  isObscured(active: ActiveInjection): boolean {
    return this.#laterThan(active).some((one) => obscures(one, active));
  }

  /** Those that were injected later, and end before the phase does. */
  #laterThan(active: ActiveInjection): ActiveInjection[] {
    const ids = [...this.#active.keys()];
    return [...this.#active.values()]
      .slice(ids.indexOf(active.record.id) + 1)
      .filter(({ plan }) => !plan.keep);
  }

  /** Whether there is another injection on the same nodes. */
  sharesNodes(active: ActiveInjection): boolean {
    return [...this.#resolved].some(([id, one]) => id !== active.record.id && overlap(one, active));
  }

  #overlaps(id: string, injection: Injection): boolean {
    const other = this.#resolved.get(id);
    return other !== undefined && overlap(other, injection);
  }
}

function heldText(nodes: readonly string[], { record, plan }: Injection): string {
  return `${nodes.join(', ')} ${nodes.length === 1 ? 'is' : 'are'} held by ${record.id} (${plan.title})`;
}

/** Keeps a promise in a map until it is settled. */
function tracked<T>(under: Map<string, Promise<T>>, id: string, run: () => Promise<T>): Promise<T> {
  const work = run().finally(() => under.delete(id));
  under.set(id, work);
  return work;
}
