import type { ProbeSeries, Sample, SamplingRecord } from '../../history/record.ts';
import type { ProbePlan } from '../../plan/plan.ts';
import { probes } from '../../probes/index.ts';
import type { Probe, ProbeContext } from '../../probes/probe.ts';
import { sleep } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { isOwnTrouble } from '../../support/system-errors.ts';
import type { Milliseconds } from '../../support/units.ts';

const LAST_READING_MS = 250;

interface Sampled {
  plan: ProbePlan;
  probe: Probe;
  series: ProbeSeries;
  reading: Promise<void> | undefined;
}

/** Reads every probe of the plan repeatedly, all through the run, so that curves have no gaps between phases. */
export class Sampler {
  readonly #sampled: Map<string, Sampled>;
  readonly #ctx: ProbeContext;
  readonly #now: () => Milliseconds;
  readonly #noteTrouble: (thrown: unknown) => void;
  readonly #lateMs: Milliseconds[] = [];
  /** Ends the readings that are still under way when no more are wanted. */
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** @param noteTrouble told of a reading that failed because the program itself is in trouble */
  constructor(
    plans: readonly ProbePlan[],
    ctx: ProbeContext,
    now: () => Milliseconds,
    noteTrouble: (thrown: unknown) => void = () => undefined,
  ) {
    this.#ctx = { ...ctx, signal: AbortSignal.any([ctx.signal, this.#over.signal]) };
    this.#now = now;
    this.#noteTrouble = noteTrouble;
    this.#sampled = new Map(plans.map((plan) => [plan.id, prepare(plan)]));
  }

  /** Reads on a fixed grid of time, so that a late round does not delay all that follow. */
  start(everyMs: Milliseconds): void {
    const beganAt = performance.now();
    const round = (due: number): void => {
      const late = performance.now() - beganAt - due * everyMs;
      this.#lateMs.push(late);
      void this.readAll();
      // A round that is missed altogether is not made up for.
      const next = due + 1 + Math.floor(late / everyMs);
      this.#timer = setTimeout(() => round(next), beganAt + next * everyMs - performance.now());
    };
    round(0);
  }

  /** How late the rounds of readings began. */
  punctuality(): SamplingRecord {
    const sorted = Float64Array.from(this.#lateMs).sort();
    const at = (share: number): Milliseconds =>
      Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) * 100) / 100;
    return { rounds: sorted.length, lateP50Ms: at(0.5), lateP99Ms: at(0.99), lateMaxMs: at(1) };
  }

  /** Stops. Readings under way get only a moment to finish: that of a dead server would take its whole deadline. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.race([this.#idle(), sleep(LAST_READING_MS)]);
    this.#over.abort();
    await this.#endCommands();
  }

  /** Reads each probe once more, after any reading already under way. */
  async readNow(): Promise<void> {
    await this.#idle();
    await this.readAll();
  }

  /** Reads each probe that is not being read already. */
  async readAll(): Promise<void> {
    await Promise.all([...this.#sampled.values()].map((sampled) => this.#read(sampled)));
  }

  samples(probe: string): readonly Sample[] {
    return this.#sampled.get(probe)?.series.samples ?? [];
  }

  series(): ProbeSeries[] {
    return [...this.#sampled.values()].map((sampled) => sampled.series);
  }

  /** The newest reading of each probe. */
  latest(): { id: string; value?: number; state?: string }[] {
    return this.series().map(({ id, samples }) => {
      const { value, state } = samples.at(-1) ?? {};
      return { id, ...(value === undefined ? {} : { value }), ...(state === undefined ? {} : { state }) };
    });
  }

  /** A command of a probe has ended, with all that it has started, before the run goes on. */
  async #endCommands(): Promise<void> {
    const commands = [...this.#sampled.values()].filter(({ plan }) => plan.kind === 'command');
    for (const { reading } of commands) await reading;
  }

  async #idle(): Promise<void> {
    for (const sampled of this.#sampled.values()) await sampled.reading;
  }

  #read(sampled: Sampled): Promise<void> {
    sampled.reading ??= this.#take(sampled).finally(() => (sampled.reading = undefined));
    return sampled.reading;
  }

  async #take({ plan, probe, series }: Sampled): Promise<void> {
    // The time is that of its begin: what a reading shows is never older than that.
    const t = this.#now();
    try {
      series.samples.push({ t, ...(await probe.read(this.#ctx, plan.options)) });
    } catch (error) {
      series.samples.push({ t, error: messageOf(error) });
      if (isOwnTrouble(error)) this.#noteTrouble(error);
    }
  }
}

function prepare(plan: ProbePlan): Sampled {
  const probe = probes.find((p) => p.kind === plan.kind);
  if (!probe) throw new ChaosError('failed', `there is no probe of kind ${plan.kind}`);
  const { id, kind, target, unit } = plan;
  return { plan, probe, series: { id, kind, target, unit, samples: [] }, reading: undefined };
}
