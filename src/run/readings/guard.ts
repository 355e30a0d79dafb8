import type { Driver } from '../../drivers/driver.ts';
import type { GuardRecord } from '../../history/record.ts';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Timeline } from '../timeline.ts';

const EVERY_MS = 1_000;

/** Checks, before the method and all through it, for connections that bypass the links under control. */
export class Guard {
  readonly record: GuardRecord = { checks: 0, bypasses: [] };
  readonly #driver: Driver;
  readonly #timeline: Timeline;
  readonly #seen = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #observing: Promise<void> | undefined;

  constructor(driver: Driver, timeline: Timeline) {
    this.#driver = driver;
    this.#timeline = timeline;
  }

  start(): void {
    this.#timer = setInterval(() => void this.observe(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#observing;
  }

  /** Observes once; each bypass is recorded when it is first observed. */
  observe(): Promise<void> {
    // Where no link is under control nothing can bypass one: counting a check would be vacuous.
    if (this.#driver.links().every(({ direct }) => direct === true)) return Promise.resolve();
    this.#observing ??= this.#observeOnce(this.#timeline.now()).finally(() => (this.#observing = undefined));
    return this.#observing;
  }

  async #observeOnce(t: Milliseconds): Promise<void> {
    try {
      for (const text of await this.#driver.bypasses()) {
        if (this.#seen.has(text)) continue;
        this.#seen.add(text);
        this.record.bypasses.push({ t, text });
        this.#timeline.log('guard', text);
      }
      this.record.checks += 1;
    } catch (error) {
      this.#timeline.log('problem', `the guard could not check for bypasses: ${messageOf(error)}`);
    }
  }
}
