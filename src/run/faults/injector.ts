import { throwIfAborted, sleep } from '../../support/deadline.ts';
import type { Json } from '../../support/json.ts';
import { formatDuration } from '../../support/units.ts';
import type { Timeline } from '../timeline.ts';
import type { Journal } from '../undo/journal.ts';
import type { UndoStack } from '../undo/undo-stack.ts';
import type { FaultRecords } from './fault-records.ts';
import { rolesText, type Injection, type InjectionOutcome } from './injection.ts';
import type { Injections } from './injections.ts';
import type { Prover } from './prover.ts';

/** How long a fault may take to show that it is in force. */
const PROOF_MS = 5_000;
/** How often a fault observes again whether it would change something now, because of another. */
const AGAIN_MS = 100;

/** Makes one injection: its undo is journalled before it, and its effect proven after it. */
export class Injector {
  readonly #ctx: InjectorContext;

  constructor(ctx: InjectorContext) {
    this.#ctx = ctx;
  }

  async inject(injection: Injection): Promise<InjectionOutcome> {
    const { records, injections, journal, stack, timeline, prover } = this.#ctx;
    const { fault, plan, record, ctx, target } = injection;
    const { before, reason } = await this.#observeBefore(injection);
    if (reason !== null) {
      const other = plan.onConflict === 'end' ? null : injections.explanation(injection);
      return other === null ? records.vacuous(record, reason) : records.skip(record, `${reason}; ${other}`);
    }
    throwIfAborted(ctx.signal);
    for (const undo of fault.undo(target, plan.options, { driver: ctx.driver.kind, fault: record.id })) {
      journal.append(undo);
      stack.push(record.id, undo);
    }
    const active = { ...injection, before };
    injections.inject(active);
    const from = timeline.now();
    record.injectedAt = from;
    timeline.log('fault', `${record.title}: injecting${rolesText(record)}`);
    await fault.inject(ctx, target, plan.options);
    // Some faults take their time by design: the deadline of the proof begins when they are done.
    const tookMs = timeline.now() - from;
    const proof = await prover.prove(active, 'inForce', from, tookMs + PROOF_MS, { signal: ctx.signal });
    record.inForce = proof;
    timeline.log(
      proof.proven ? 'fault' : 'problem',
      proof.proven
        ? `${record.title}: in force, proven after ${formatDuration(proof.afterMs)}`
        : `${record.title}: NOT in force: ${proof.statement}`,
    );
    return proof.proven ? 'proven' : 'unproven';
  }

  /** The state before the injection; a node that another fault has just given back is given time to serve again. */
  async #observeBefore({
    fault,
    plan,
    ctx,
    target,
    touches,
  }: Injection): Promise<{ before: Json; reason: string | null }> {
    const { timeline, injections } = this.#ctx;
    const until = timeline.now() + PROOF_MS;
    for (;;) {
      const before = await fault.observe(ctx, target, plan.options);
      const reason = fault.vacuous(before);
      const isFinal = reason === null || timeline.now() >= until || !injections.areComingBack(touches);
      if (isFinal) return { before, reason };
      await sleep(AGAIN_MS, ctx.signal);
    }
  }
}

interface InjectorContext {
  records: FaultRecords;
  injections: Injections;
  journal: Journal;
  stack: UndoStack;
  timeline: Timeline;
  prover: Prover;
}
