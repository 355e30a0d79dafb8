import type { Driver } from '../drivers/driver.ts';
import type { GuardRecord } from '../history/record.ts';
import { messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Story } from './story.ts';

const EVERY_MS = 1_000;

/** Looks, before the method and all through it, for connections that go round the links under control. */
export class Guard {
  readonly record: GuardRecord = { checks: 0, bypasses: [] };
  readonly #driver: Driver;
  readonly #story: Story;
  readonly #seen = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(driver: Driver, story: Story) {
    this.#driver = driver;
    this.#story = story;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Looks once; each bypass is recorded when it is first seen. */
  look(): Promise<void> {
    // Where no link is under control nothing can go round one: a look would only look like a check.
    if (this.#driver.links().length === 0) return Promise.resolve();
    this.#looking ??= this.#lookOnce(this.#story.now()).finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #lookOnce(t: Milliseconds): Promise<void> {
    try {
      for (const text of await this.#driver.bypasses()) {
        if (this.#seen.has(text)) continue;
        this.#seen.add(text);
        this.record.bypasses.push({ t, text });
        this.#story.tell('guard', text);
      }
      this.record.checks += 1;
    } catch (error) {
      this.#story.tell('problem', `the guard could not look: ${messageOf(error)}`);
    }
  }
}
