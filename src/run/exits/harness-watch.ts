import type { Driver, HarnessProblem } from '../../drivers/driver.ts';
import type { HarnessRecord } from '../../history/server-crash.ts';
import { sleep } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Timeline } from '../timeline.ts';

const EVERY_MS = 1_000;
/** At the end of a run, when there is only a doubt to be settled. */
const SETTLE_EVERY_MS = 250;
/** How long and how often a part must be silent before it counts as broken: a busy machine answers late. */
const SILENT_MS = 6_000;
const SILENT_TIMES = 3;

/** Ends the run when its harness breaks: no observation from then on says anything about the system. */
export class HarnessWatch {
  readonly #driver: Pick<Driver, 'harnessProblem'>;
  readonly #timeline: Pick<Timeline, 'now' | 'log'>;
  readonly #startMs: Milliseconds;
  readonly #controller = new AbortController();
  #lastGood: Milliseconds;
  #silences = 0;
  #record: HarnessRecord | undefined;
  #timer: NodeJS.Timeout | undefined;
  #observing: Promise<void> | undefined;

  /** @param startMs when the run began, ms since 1970 */
  constructor(
    driver: Pick<Driver, 'harnessProblem'>,
    timeline: Pick<Timeline, 'now' | 'log'>,
    startMs: Milliseconds,
  ) {
    this.#driver = driver;
    this.#timeline = timeline;
    this.#startMs = startMs;
    this.#lastGood = timeline.now();
  }

  /** The part that has broken, if one has. */
  get record(): HarnessRecord | undefined {
    return this.#record;
  }

  /** Fires when something has broken; its reason is an error with the code `harness`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  start(): void {
    this.#timer = setInterval(() => void this.observe(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#observing;
  }

  /** Observes until it is certain whether something is broken: what is silent answers again, or counts as broken. */
  async settle(): Promise<void> {
    await this.#observing;
    for (;;) {
      await this.observe();
      if (this.#silences === 0 || this.#record !== undefined) return;
      await sleep(SETTLE_EVERY_MS);
    }
  }

  observe(): Promise<void> {
    this.#observing ??= this.#observeOnce().finally(() => (this.#observing = undefined));
    return this.#observing;
  }

  async #observeOnce(): Promise<void> {
    if (this.#record !== undefined) return;
    const t = this.#timeline.now();
    // A question that could not even be sent says nothing.
    const problem = await this.#driver.harnessProblem().catch(() => null);
    if (problem === null) {
      this.#lastGood = t;
      this.#silences = 0;
      return;
    }
    this.#silences += 1;
    const isBroken =
      problem.state === 'dead' ||
      (this.#silences >= SILENT_TIMES && this.#timeline.now() - this.#lastGood >= SILENT_MS);
    if (isBroken) this.#broke(problem);
  }

  #broke({ part, text, since }: HarnessProblem): void {
    const t = this.#timeline.now();
    const from = since === undefined ? this.#lastGood : since - this.#startMs;
    this.#record = { t, since: Math.min(t, Math.max(0, Math.round(from * 10) / 10)), part, text };
    this.#timeline.log('problem', `${text}; the run ends here`);
    this.#controller.abort(
      new ChaosError('harness', `the harness broke, which says nothing about NATS: ${text}`, {
        hint: HINTS[part],
      }),
    );
  }
}

const HINTS: Readonly<Record<HarnessRecord['part'], string>> = {
  proxy: 'look into logs/toxiproxy.log and for what ends processes of this machine, then run it again',
  engine: "look into the engine's own log, then run it again",
};
