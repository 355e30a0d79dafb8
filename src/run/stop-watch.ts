import type { StopRecord } from '../history/record.ts';
import type { ExpectationPlan } from '../plan/plan.ts';
import { ChaosError } from '../support/errors.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import { conditionText, holdsNow } from './expectation.ts';
import type { Sampler } from './sampler.ts';
import type { Story } from './story.ts';

const POLL_MS = 20;

/** Ends the method at once when one of the experiment's `stopWhen` conditions holds. */
export class StopWatch {
  readonly #conditions: readonly ExpectationPlan[];
  readonly #sampler: Pick<Sampler, 'samples'>;
  readonly #story: Story;
  readonly #controller = new AbortController();
  /** Up to when the readings of each condition have been looked at. */
  #seen: Milliseconds = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped: StopRecord | undefined;
  /** Fires when the method must end: because a condition holds, or the run is interrupted. */
  readonly signal: AbortSignal;

  constructor(
    conditions: readonly ExpectationPlan[],
    ctx: { sampler: Pick<Sampler, 'samples'>; story: Story; signal: AbortSignal },
  ) {
    this.#conditions = conditions;
    this.#sampler = ctx.sampler;
    this.#story = ctx.story;
    this.signal = AbortSignal.any([ctx.signal, this.#controller.signal]);
  }

  /** The condition that held, and when. */
  get stopped(): StopRecord | undefined {
    return this.#stopped;
  }

  /** Readings from now on count. */
  start(): void {
    this.#seen = this.#story.now();
    if (this.#conditions.length > 0) this.#timer = setInterval(() => this.look(), POLL_MS);
  }

  /** Looks a last time, and no more. */
  end(): void {
    clearInterval(this.#timer);
    this.look();
  }

  /** Whether an error is nothing but the end that a condition put to the method. */
  caused(error: unknown): boolean {
    return this.#stopped !== undefined && error instanceof ChaosError && error.cause === this.#stopped;
  }

  look(): void {
    if (this.#stopped !== undefined) return;
    for (const { probe, condition } of this.#conditions) {
      const fresh = this.#sampler.samples(probe).filter((sample) => sample.t >= this.#seen);
      const hit = fresh.find((sample) => holdsNow(condition, [sample], sample.t));
      if (hit === undefined) continue;
      const text = conditionText(condition);
      const statement = `it read ${(condition.is === undefined ? hit.value : hit.state) ?? 'nothing'} at ${formatDuration(hit.t)}`;
      this.#stopped = { t: hit.t, probe, condition: text, statement };
      this.#story.tell('problem', `stopped: ${probe} (${text}): ${statement}`);
      this.#controller.abort(this.#stopped);
      return;
    }
  }
}
