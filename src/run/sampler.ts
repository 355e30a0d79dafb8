import type { ProbeSeries, Sample } from '../history/record.ts';
import type { ProbePlan } from '../plan/plan.ts';
import { probes } from '../probes/index.ts';
import type { Probe, ProbeContext } from '../probes/probe.ts';
import { sleep } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';

const LAST_READING_MS = 250;

interface Sampled {
  plan: ProbePlan;
  probe: Probe;
  series: ProbeSeries;
  reading: Promise<void> | undefined;
}

/** Reads every probe of the plan over and over, all through the run, so that curves have no gaps between phases. */
export class Sampler {
  readonly #sampled: Map<string, Sampled>;
  readonly #ctx: ProbeContext;
  readonly #now: () => Milliseconds;
  #timer: NodeJS.Timeout | undefined;

  constructor(plans: readonly ProbePlan[], ctx: ProbeContext, now: () => Milliseconds) {
    this.#ctx = ctx;
    this.#now = now;
    this.#sampled = new Map(plans.map((plan) => [plan.id, prepare(plan)]));
  }

  start(everyMs: Milliseconds): void {
    this.#timer = setInterval(() => void this.readAll(), everyMs);
    void this.readAll();
  }

  /** Stops; readings under way have a moment to finish, as a dead server would take its whole deadline. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.race([this.#idle(), sleep(LAST_READING_MS)]);
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

  async #idle(): Promise<void> {
    for (const sampled of this.#sampled.values()) await sampled.reading;
  }

  #read(sampled: Sampled): Promise<void> {
    sampled.reading ??= this.#take(sampled).finally(() => (sampled.reading = undefined));
    return sampled.reading;
  }

  async #take({ plan, probe, series }: Sampled): Promise<void> {
    // The time is when the reading began: what it shows may be older than its end, never older than that.
    const t = this.#now();
    try {
      series.samples.push({ t, ...(await probe.read(this.#ctx, plan.options)) });
    } catch (error) {
      series.samples.push({ t, error: messageOf(error) });
    }
  }
}

function prepare(plan: ProbePlan): Sampled {
  const probe = probes.find((p) => p.kind === plan.kind);
  if (!probe) throw new ChaosError('failed', `there is no probe of kind ${plan.kind}`);
  const { id, kind, target, unit } = plan;
  return { plan, probe, series: { id, kind, target, unit, samples: [] }, reading: undefined };
}
