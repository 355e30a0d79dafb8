import type { StopRecord } from '../../history/record.ts';
import type { ExpectationPlan } from '../../plan/plan.ts';
import { ChaosError } from '../../support/errors.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import { conditionText, holdsNow } from './expectation.ts';
import { byName } from './named-values.ts';
import type { Sampler } from './sampler.ts';
import type { Timeline } from '../timeline.ts';

const POLL_MS = 20;

/** Ends the method at once when one of the experiment's `stopWhen` conditions holds. */
export class StopWatch {
  readonly #conditions: readonly ExpectationPlan[];
  readonly #sampler: Pick<Sampler, 'samples'>;
  readonly #timeline: Timeline;
  readonly #controller = new AbortController();
  /** Readings before this moment do not count. */
  #countsFrom: Milliseconds = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped: StopRecord | undefined;
  /** Fires when the method must end: because a condition holds, or the run is interrupted. */
  readonly signal: AbortSignal;

  constructor(
    conditions: readonly ExpectationPlan[],
    ctx: { sampler: Pick<Sampler, 'samples'>; timeline: Timeline; signal: AbortSignal },
  ) {
    this.#conditions = conditions;
    this.#sampler = ctx.sampler;
    this.#timeline = ctx.timeline;
    this.signal = AbortSignal.any([ctx.signal, this.#controller.signal]);
  }

  /** The condition that held, and when. */
  get stopped(): StopRecord | undefined {
    return this.#stopped;
  }

  /** Readings from now on count. */
  start(): void {
    this.#countsFrom = this.#timeline.now();
    if (this.#conditions.length > 0) this.#timer = setInterval(() => this.observe(), POLL_MS);
  }

  /** Observes a last time. */
  end(): void {
    clearInterval(this.#timer);
    this.observe();
  }

  /** Whether an error means only that a condition has ended the method. */
  caused(error: unknown): boolean {
    return this.#stopped !== undefined && error instanceof ChaosError && error.cause === this.#stopped;
  }

  observe(): void {
    if (this.#stopped !== undefined) return;
    for (const { probe, condition } of this.#conditions) {
      const fresh = this.#sampler.samples(probe).filter((sample) => sample.t >= this.#countsFrom);
      // Of several numbers that are read at once, one is enough.
      const hit = fresh
        .flatMap((sample) => byName([sample]).flatMap(({ samples }) => samples))
        .find((sample) => holdsNow(condition, [sample], sample.t));
      if (hit === undefined) continue;
      const text = conditionText(condition);
      const statement = `it read ${(condition.is === undefined ? hit.value : hit.state) ?? 'nothing'} at ${formatDuration(hit.t)}`;
      this.#stopped = { t: hit.t, probe, condition: text, statement };
      this.#timeline.log('problem', `stopped: ${probe} (${text}): ${statement}`);
      this.#controller.abort(this.#stopped);
      return;
    }
  }
}
