import type { Evidence, FaultRecord } from '../history/record.ts';
import { faults } from '../faults/index.ts';
import type { SystemContext } from '../faults/fault.ts';
import type { FaultPlan } from '../plan/plan.ts';
import { sleep, throwIfAborted } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import { randomFor } from '../support/random.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import type { Journal } from './journal.ts';
import { lostNodes } from './lost-nodes.ts';
import type { Story } from './story.ts';
import type { Strikes } from './strikes.ts';
import { isBlank, look, newRecord, rolesText, touchedBy, type Strike, type Struck } from './strike.ts';
import type { UndoStack } from './undo-stack.ts';

/** How long a fault may take to show that it is in force. */
const PROOF_MS = 5_000;
/** How long its removal may take to show: a server that starts again reads its store first. */
const REMOVAL_MS = 30_000;
const POLL_MS = 10;

/** Injects faults and takes them back, each step proven from outside and recorded. */
export class FaultRunner {
  readonly records: FaultRecord[] = [];
  readonly #strikes: Strikes;
  #lastUndo: Promise<unknown> = Promise.resolve();
  readonly #ctx: SystemContext;
  readonly #journal: Journal;
  readonly #stack: UndoStack;
  readonly #story: Story;

  constructor(ctx: SystemContext, journal: Journal, stack: UndoStack, story: Story, strikes: Strikes) {
    this.#ctx = ctx;
    this.#journal = journal;
    this.#stack = stack;
    this.#story = story;
    this.#strikes = strikes;
  }

  /**
   * Resolves faults in their order, then injects them all at once; those that touch the same nodes in their order,
   * each proven before the next. When one cannot be resolved none is injected.
   *
   * @returns true when every one is proven to be in force
   */
  async strikeAll(plans: readonly FaultPlan[], phase: string): Promise<boolean> {
    const aimed: Strike[] = [];
    try {
      for (const plan of plans) {
        throwIfAborted(this.#ctx.signal);
        const strike = await this.#aim(plan, 1, phase);
        if (strike === null) return false;
        aimed.push(strike);
      }
      const launches = aimed.map((strike) => this.#launch(strike));
      // Nothing may still be striking when this returns, or throws.
      await Promise.allSettled(launches);
      return await allOf(launches);
    } finally {
      // What was not begun because of another is a consequence, and has no record.
      for (const { record } of aimed) if (isBlank(record)) this.#forget(record);
    }
  }

  /**
   * One strike of a fault, the first or a later one.
   *
   * @returns true when it is proven to be in force
   */
  async strike(plan: FaultPlan, number: number, phase: string): Promise<boolean> {
    const strike = await this.#aim(plan, number, phase);
    return strike !== null && this.#launch(strike);
  }

  /** Records a fault whose time never came. */
  neverDue(plan: FaultPlan, phase: string, why: string): void {
    this.records.push({ ...newRecord(plan, 1, phase), neverDue: why });
    this.#story.tell('problem', `${plan.title}: never due: ${why}`);
  }

  /** Ids of what a phase has struck, and what has not been proven gone, in the order in which it struck. */
  struckIn(phase: string): { id: string; keep: boolean }[] {
    return this.#strikes.struckIn(phase).map(({ record, plan }) => ({ id: record.id, keep: plan.keep }));
  }

  /** Looks once more, just before the end, whether faults are still in force. */
  async confirmHeld(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#confirmHeld(id)));
  }

  /**
   * Undoes one strike and proves that it is gone; what is not there any more is left alone.
   *
   * @param over while it has not fired, the proof waits for later faults on the same nodes, which may hide it
   * @returns true when it is proven gone
   */
  undo(id: string, over?: AbortSignal): Promise<boolean> {
    const struck = this.#strikes.struck(id);
    return struck ? this.#strikes.remove(id, () => this.#remove(struck, over)) : Promise.resolve(true);
  }

  /** Undoes whatever is still in force, the last first. */
  async undoAll(): Promise<void> {
    for (const id of this.#stack.owners()) await this.undo(id);
  }

  /** Whether something is still in force that was to be undone: from then on nothing can be judged. */
  get stuck(): boolean {
    return this.records.some((record) => record.removed?.proven === false);
  }

  /** When the last fault was proven removed, if any was. */
  lastRemovalAt(): Milliseconds | undefined {
    const times = this.records.flatMap((record) =>
      record.removed?.proven === true ? [record.removed.t] : [],
    );
    return times.length > 0 ? Math.max(...times) : undefined;
  }

  /** Resolves the targets of a strike, if they may be struck. From then on they count as struck. */
  async #aim(plan: FaultPlan, number: number, phase: string): Promise<Strike | null> {
    const record = newRecord(plan, number, phase);
    this.records.push(record);
    try {
      const strike = await this.#resolve(plan, record);
      const refused = this.#strikes.refusal(strike);
      if (refused === null) {
        this.#strikes.aim(strike);
        return strike;
      }
      record.refused = refused;
      this.#story.tell('problem', `${record.title}: not injected: ${refused}`);
      return null;
    } catch (error) {
      if (isAborted(error)) this.#forget(record);
      this.#failed(record, error);
      return null;
    }
  }

  /** What is being undone just now on the same nodes, or would be too much with it, is waited for. */
  async #resolve(plan: FaultPlan, record: FaultRecord): Promise<Strike> {
    const fault = faults.find((f) => f.kind === plan.kind);
    if (!fault) throw new ChaosError('failed', `there is no fault of kind ${plan.kind}`);
    for (;;) {
      const random = randomFor(this.#ctx.random.seed, record.id);
      const ctx = { ...this.#ctx, random, fault: record.id };
      const target = await fault.resolve(ctx, plan.options);
      record.targets = [...target.nodes, ...target.links];
      record.roles = target.roles;
      const strike = { fault, plan, record, ctx, target, touches: touchedBy(target, ctx.links) };
      const inTheWay = this.#strikes.removalsInTheWay(strike);
      if (inTheWay.length === 0) return strike;
      await Promise.race(inTheWay);
      throwIfAborted(this.#ctx.signal);
    }
  }

  /** One that has to follow another, which is then not proven, is not begun. */
  #launch(strike: Strike): Promise<boolean> {
    const { record } = strike;
    return this.#strikes.launch(strike, async (before) => {
      try {
        return (await allOf(before)) && (await this.#strike(strike));
      } catch (error) {
        this.#failed(record, error);
        return false;
      } finally {
        if (isBlank(record)) this.#forget(record);
        else if (record.injectedAt === undefined) this.#strikes.forget(record.id);
      }
    });
  }

  async #strike(strike: Strike): Promise<boolean> {
    const { fault, plan, record, ctx, target } = strike;
    const before = await fault.observe(ctx, target, plan.options);
    const reason = fault.vacuous(before);
    if (reason !== null) {
      record.vacuous = reason;
      this.#story.tell('problem', `${record.title}: no effect: ${reason}`);
      return false;
    }
    throwIfAborted(ctx.signal);
    for (const undo of fault.undo(target, plan.options, { driver: ctx.driver.kind, fault: record.id })) {
      this.#journal.append(undo);
      this.#stack.push(record.id, undo);
    }
    const struck = { ...strike, before };
    this.#strikes.strike(struck);
    const from = this.#story.now();
    record.injectedAt = from;
    this.#story.tell('fault', `${record.title}: injecting${rolesText(record)}`);
    await fault.inject(ctx, target, plan.options);
    // Some faults take their time by design: the deadline of the proof begins when they are done.
    const done = this.#story.now() - from;
    const proof = await this.#prove(struck, 'inForce', from, done + PROOF_MS, { signal: ctx.signal });
    record.inForce = proof;
    this.#story.tell(
      proof.proven ? 'fault' : 'problem',
      proof.proven
        ? `${record.title}: in force, proven after ${formatDuration(proof.afterMs)}`
        : `${record.title}: NOT in force: ${proof.statement}`,
    );
    return proof.proven;
  }

  async #confirmHeld(id: string): Promise<void> {
    const struck = this.#strikes.struck(id);
    if (!struck) return;
    const { record, ctx } = struck;
    if (record.inForce?.proven !== true || record.removedAt !== undefined) return;
    record.heldToEnd = await this.#prove(struck, 'inForce', this.#story.now(), 0, { signal: ctx.signal });
    if (!record.heldToEnd.proven) {
      this.#story.tell('problem', `${record.title}: did not hold to its end: ${record.heldToEnd.statement}`);
    }
  }

  async #remove(struck: Struck, over: AbortSignal | undefined): Promise<boolean> {
    const { record } = struck;
    const from = this.#story.now();
    const steps = await this.#undoInTurn(record.id);
    record.undo.push(...steps);
    record.removedAt ??= this.#story.now();
    const failed = steps.filter((step) => !step.ok).at(-1);
    if (failed) this.#story.tell('problem', `${record.title}: undo failed: ${failed.error ?? 'unknown'}`);
    // The clean-up has its own time: an interrupted run still waits for this proof.
    // What could not be undone will not go by itself: one look says how things stand.
    const removed = failed
      ? await this.#prove(struck, 'removed', from, 0, {})
      : await this.#prove(struck, 'removed', from, REMOVAL_MS, { over });
    // Its phase looks again, once what hides it has been undone.
    if (!removed.proven && over?.aborted === true && this.#strikes.isHidden(struck)) return false;
    record.removed = removed;
    if (removed.proven) this.#strikes.forget(record.id);
    this.#story.tell(
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

  /** Looks again and again until the proof is there or the time is up, which does not pass while it is hidden. */
  async #prove(
    struck: Struck,
    what: 'inForce' | 'removed',
    from: Milliseconds,
    timeoutMs: Milliseconds,
    { signal, over }: { signal?: AbortSignal; over?: AbortSignal | undefined },
  ): Promise<Evidence> {
    let deadline = from + timeoutMs;
    for (;;) {
      const evidence = await look(struck, what);
      const t = this.#story.now();
      const hidden = over !== undefined && this.#strikes.isHidden(struck);
      if (hidden) deadline = t + timeoutMs;
      const isSettled = evidence.proven || (what === 'removed' && !hidden && (await this.#staysDown(struck)));
      if (isSettled || t >= deadline || (hidden && over.aborted)) {
        return { ...evidence, t, afterMs: t - from };
      }
      await sleep(POLL_MS, signal);
    }
  }

  /** Whether a server that was to come back has ended again: nothing else starts it, so looking on shows nothing. */
  async #staysDown(struck: Struck): Promise<boolean> {
    const { nodes } = struck.target;
    if (nodes.length === 0 || this.#strikes.sharesNodes(struck)) return false;
    return (await lostNodes(this.#ctx.driver)).some(({ address }) => nodes.includes(address));
  }

  #failed(record: FaultRecord, error: unknown): void {
    if (isAborted(error)) throw error;
    record.vacuous = `it could not be injected: ${messageOf(error)}`;
    this.#story.tell('problem', `${record.title}: ${record.vacuous}`);
  }

  #forget(record: FaultRecord): void {
    this.#strikes.forget(record.id);
    const index = this.records.indexOf(record);
    if (index >= 0) this.records.splice(index, 1);
  }
}

async function allOf(outcomes: readonly Promise<boolean>[]): Promise<boolean> {
  return !(await Promise.all(outcomes)).includes(false);
}

function isAborted(error: unknown): boolean {
  return error instanceof ChaosError && error.code === 'aborted';
}
