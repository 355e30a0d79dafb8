import type { Evidence, FaultRecord } from '../history/record.ts';
import { faults } from '../faults/index.ts';
import type { Fault, FaultContext, FaultTarget, SystemContext } from '../faults/fault.ts';
import type { FaultPlan } from '../plan/plan.ts';
import { sleep } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import type { Json } from '../support/json.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import { refusalOf } from './blast-radius.ts';
import type { Journal } from './journal.ts';
import type { Story } from './story.ts';
import type { UndoStack } from './undo-stack.ts';

/** How long a fault may take to show that it is in force. */
const PROOF_MS = 5_000;
/** How long its removal may take to show: a server that starts again reads its store first. */
const REMOVAL_MS = 30_000;
const POLL_MS = 10;

interface Struck {
  fault: Fault;
  plan: FaultPlan;
  record: FaultRecord;
  target: FaultTarget;
  before: Json;
}

/** Injects faults and takes them back, each step proven from outside and recorded. */
export class FaultRunner {
  readonly records: FaultRecord[] = [];
  readonly #struck = new Map<string, Struck>();
  readonly #ctx: SystemContext;
  readonly #journal: Journal;
  readonly #stack: UndoStack;
  readonly #story: Story;
  readonly #maxNodesDown: number | undefined;

  /** @param maxNodesDown how many nodes of a cluster may be down at once; left out: a minority */
  constructor(ctx: SystemContext, journal: Journal, stack: UndoStack, story: Story, maxNodesDown?: number) {
    this.#ctx = ctx;
    this.#journal = journal;
    this.#stack = stack;
    this.#story = story;
    this.#maxNodesDown = maxNodesDown;
  }

  /** @returns true when the fault is proven to be in force */
  async inject(plan: FaultPlan, phase: string): Promise<boolean> {
    const record: FaultRecord = {
      id: plan.id,
      kind: plan.kind,
      phase,
      title: plan.title,
      targets: [],
      roles: {},
      options: plan.options as Json,
      undo: [],
    };
    this.records.push(record);
    try {
      return await this.#strike(plan, record);
    } catch (error) {
      if (error instanceof ChaosError && error.code === 'aborted') throw error;
      record.vacuous = `it could not be injected: ${messageOf(error)}`;
      this.#story.tell('problem', `${plan.title}: ${record.vacuous}`);
      return false;
    }
  }

  /** Looks once more, just before the end, whether the faults of a phase are still in force. */
  async confirmHeld(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#confirmHeld(id)));
  }

  /** Undoes one fault and proves that it is gone; what is not there any more is left alone. */
  async undo(id: string): Promise<void> {
    const struck = this.#struck.get(id);
    if (!struck) return;
    const { plan, record } = struck;
    const from = this.#story.now();
    record.undo.push(...(await this.#stack.undo(id)));
    record.removedAt = this.#story.now();
    const failed = record.undo.filter((step) => !step.ok).at(-1);
    if (failed) this.#story.tell('problem', `${plan.title}: undo failed: ${failed.error ?? 'unknown'}`);
    // The clean-up has its own time: an interrupted run still waits for this proof.
    // What could not be undone will not go by itself: one look says how things stand.
    record.removed = await this.#prove(struck, 'removed', from, failed ? 0 : REMOVAL_MS);
    if (record.removed.proven) this.#struck.delete(id);
    this.#story.tell(
      'undo',
      record.removed.proven
        ? `${plan.title}: removed, proven after ${formatDuration(record.removed.afterMs)}`
        : `${plan.title}: NOT proven removed: ${record.removed.statement}`,
    );
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

  async #strike(plan: FaultPlan, record: FaultRecord): Promise<boolean> {
    const fault = faults.find((f) => f.kind === plan.kind);
    if (!fault) throw new ChaosError('failed', `there is no fault of kind ${plan.kind}`);
    const ctx = this.#ctxOf(plan);
    const target = await fault.resolve(ctx, plan.options);
    record.targets = [...target.nodes, ...target.links];
    record.roles = target.roles;
    const refused = this.#refusal(fault, target);
    if (refused !== null) {
      record.refused = refused;
      this.#story.tell('problem', `${plan.title}: not injected: ${refused}`);
      return false;
    }
    const before = await fault.observe(ctx, target, plan.options);
    const reason = fault.vacuous(before);
    if (reason !== null) {
      record.vacuous = reason;
      this.#story.tell('problem', `${plan.title}: no effect: ${reason}`);
      return false;
    }
    const owner = { driver: ctx.driver.kind, fault: plan.id };
    for (const undo of fault.undo(target, plan.options, owner)) {
      this.#journal.append(undo);
      this.#stack.push(plan.id, undo);
    }
    const struck = { fault, plan, record, target, before };
    this.#struck.set(plan.id, struck);
    const from = this.#story.now();
    record.injectedAt = from;
    this.#story.tell('fault', `${plan.title}: injecting${rolesText(record)}`);
    await fault.inject(ctx, target, plan.options);
    // Some faults take their time by design: the deadline of the proof begins when they are done.
    const done = this.#story.now() - from;
    record.inForce = await this.#prove(struck, 'inForce', from, done + PROOF_MS, this.#ctx.signal);
    this.#story.tell(
      record.inForce.proven ? 'fault' : 'problem',
      record.inForce.proven
        ? `${plan.title}: in force, proven after ${formatDuration(record.inForce.afterMs)}`
        : `${plan.title}: NOT in force: ${record.inForce.statement}`,
    );
    return record.inForce.proven;
  }

  #ctxOf(plan: FaultPlan): FaultContext {
    return { ...this.#ctx, fault: plan.id };
  }

  #refusal(fault: Fault, target: FaultTarget): string | null {
    if (fault.takesNodesDown !== true) return null;
    const down = [...this.#struck.values()].flatMap((one) =>
      one.fault.takesNodesDown === true ? one.target.nodes : [],
    );
    return refusalOf(this.#ctx.nodes, down, target.nodes, this.#maxNodesDown);
  }

  async #confirmHeld(id: string): Promise<void> {
    const struck = this.#struck.get(id);
    if (struck?.record.inForce?.proven !== true) return;
    const { plan, record } = struck;
    record.heldToEnd = await this.#prove(struck, 'inForce', this.#story.now(), 0, this.#ctx.signal);
    if (!record.heldToEnd.proven) {
      this.#story.tell('problem', `${plan.title}: did not hold to its end: ${record.heldToEnd.statement}`);
    }
  }

  /** Looks again and again until the proof is there or the time is up. */
  async #prove(
    { fault, plan, target, before }: Struck,
    what: 'inForce' | 'removed',
    from: Milliseconds,
    timeoutMs: Milliseconds,
    signal?: AbortSignal,
  ): Promise<Evidence> {
    for (;;) {
      const evidence = await this.#look(fault, plan, target, before, what);
      const t = this.#story.now();
      if (evidence.proven || t - from >= timeoutMs) return { ...evidence, t, afterMs: t - from };
      await sleep(POLL_MS, signal);
    }
  }

  async #look(
    fault: Fault,
    plan: FaultPlan,
    target: FaultTarget,
    before: Json,
    what: 'inForce' | 'removed',
  ): Promise<Omit<Evidence, 't' | 'afterMs'>> {
    try {
      const now = await fault.observe(this.#ctxOf(plan), target, plan.options);
      return { ...fault[what](before, now, plan.options), readings: { before, now } };
    } catch (error) {
      return {
        proven: false,
        statement: `it could not be observed: ${messageOf(error)}`,
        readings: { before },
      };
    }
  }
}

function rolesText(record: FaultRecord): string {
  const roles = Object.entries(record.roles).map(([role, nodes]) => `${role} is ${nodes.join(', ')}`);
  return roles.length > 0 ? ` (${roles.join('; ')})` : '';
}
