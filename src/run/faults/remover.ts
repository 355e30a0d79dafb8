import type { Evidence } from '../../history/record.ts';
import { sleep } from '../../support/deadline.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import type { Timeline } from '../timeline.ts';
import type { UndoStack } from '../undo/undo-stack.ts';
import type { ActiveInjection } from './injection.ts';
import type { Injections } from './injections.ts';
import type { Prover } from './prover.ts';

/** How long its removal may take to show: a server that starts again reads its store first. */
const REMOVAL_MS: Milliseconds = 30_000;
/**
 * How long an observation at the end of a fault is repeated: a busy machine answers too late, and a node that another
 * fault has just released takes its time to show a fault again. One that is no longer in force does not come back.
 */
const REPEATED_MS: Milliseconds = 5_000;
const AGAIN_MS: Milliseconds = 100;

/** Undoes injections, and proves that they held until then and are removed. */
export class Remover {
  readonly #injections: Injections;
  readonly #stack: UndoStack;
  readonly #timeline: Timeline;
  readonly #prover: Prover;
  #lastUndo: Promise<unknown> = Promise.resolve();

  constructor(injections: Injections, stack: UndoStack, timeline: Timeline, prover: Prover) {
    this.#injections = injections;
    this.#stack = stack;
    this.#timeline = timeline;
    this.#prover = prover;
  }

  /** @returns false when a later fault on the same nodes hides whether it is in force, so that it is to be asked again */
  async confirmHeld(id: string): Promise<boolean> {
    const active = this.#injections.active(id);
    if (!active) return true;
    const { record } = active;
    if (record.inForce?.proven !== true || record.removedAt !== undefined) return true;
    if (record.heldToEnd !== undefined) return true;
    const held = await this.#observeAtEnd(active);
    if (!held.proven && this.#injections.isObscured(active)) return false;
    record.heldToEnd = held;
    if (!held.proven) {
      this.#timeline.log('problem', `${record.title}: did not hold to its end: ${held.statement}`);
    }
    return true;
  }

  /** An observation that proves nothing is repeated. */
  async #observeAtEnd(active: ActiveInjection): Promise<Evidence> {
    const from = this.#timeline.now();
    const { signal } = active.ctx;
    for (;;) {
      const held = await this.#prover.prove(active, 'inForce', this.#timeline.now(), 0, { signal });
      const isOver = this.#timeline.now() - from >= REPEATED_MS;
      if (held.proven || isOver || this.#injections.isObscured(active)) return held;
      await sleep(AGAIN_MS, signal);
    }
  }

  /**
   * Undoes one injection, unless it is removed already or is being removed.
   *
   * @param over while it has not fired, the proof waits for later faults on the same nodes, which may hide it
   * @returns true when the removal is proven
   */
  undo(id: string, over?: AbortSignal): Promise<boolean> {
    const active = this.#injections.active(id);
    return active ? this.#injections.remove(id, () => this.#remove(active, over)) : Promise.resolve(true);
  }

  /** Undoes whatever is still in force, the last first. */
  async undoAll(): Promise<void> {
    for (const id of this.#stack.owners()) await this.undo(id);
  }

  async #remove(active: ActiveInjection, over: AbortSignal | undefined): Promise<boolean> {
    const { record } = active;
    const from = this.#timeline.now();
    const steps = await this.#undoInTurn(record.id);
    record.undo.push(...steps);
    record.removedAt ??= this.#timeline.now();
    const failed = steps.filter((step) => !step.ok).at(-1);
    if (failed) this.#timeline.log('problem', `${record.title}: undo failed: ${failed.error ?? 'unknown'}`);
    // The clean-up has its own deadline: an interrupted run still waits for this proof.
    // What could not be undone does not go by itself: a single observation says how things stand.
    const removed = failed
      ? await this.#prover.prove(active, 'removed', from, 0, {})
      : await this.#prover.prove(active, 'removed', from, REMOVAL_MS, { over });
    // Its phase observes again, once what hides it has been undone.
    if (!removed.proven && over?.aborted === true && this.#injections.isHidden(active)) return false;
    record.removed = removed;
    if (removed.proven) this.#injections.forget(record.id);
    this.#timeline.log(
      'undo',
      removed.proven
        ? `${record.title}: removed, proven after ${formatDuration(removed.afterMs)}`
        : `${record.title}: NOT proven removed: ${removed.statement}`,
    );
    return removed.proven;
  }

  /** One after the other: what undoes a fault on a store stops and starts the node. */
  #undoInTurn(id: string): ReturnType<UndoStack['undo']> {
    const turn = this.#lastUndo.then(() => this.#stack.undo(id));
    this.#lastUndo = turn;
    return turn;
  }
}
