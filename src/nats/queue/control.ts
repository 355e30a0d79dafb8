import type { JetStreamClient } from '@nats-io/jetstream';
import type { QueueNames } from '../../fleet/names.ts';
import { hashOf, needsReader, type Needs } from '../../fleet/needs.ts';
import { halts, type Halt } from '../../fleet/state.ts';
import { CheckedBucket, type Kept } from './bucket.ts';

const HALT = 'halt';
const CANCELLED = 'cancelled.';

/** What workers obey and only read: the lever that halts all of them, and the kinds of needs that there are runs for. */
export class Control {
  readonly #bucket: CheckedBucket;

  constructor(js: JetStreamClient, { control }: QueueNames) {
    this.#bucket = new CheckedBucket(js, control);
  }

  async halt(halt: Halt): Promise<void> {
    await this.#bucket.put(HALT, halt, halts);
  }

  /** @returns the halt that has ended; null when there was none */
  async resume(): Promise<Halt | null> {
    const there = await this.halted();
    if (there !== null) await this.#bucket.delete(HALT);
    return there;
  }

  /** Why the fleet stands still; null when it does not. */
  async halted(): Promise<Halt | null> {
    return (await this.#bucket.get(HALT, halts))?.value ?? null;
  }

  watchHalt(signal: AbortSignal, on: (halt: Halt | null) => void): Promise<void> {
    return this.#bucket.watch({ keys: HALT, reader: halts, signal }, ({ value }) => on(value));
  }

  /** Ends what workers have begun of a suite, and lets none of it begin. @param halt who has ended it, and why */
  async cancel(suite: string, halt: Halt): Promise<void> {
    await this.#bucket.put(`${CANCELLED}${suite}`, halt, halts);
  }

  /** Before a suite goes on that was cancelled. */
  async uncancel(suite: string): Promise<void> {
    const key = `${CANCELLED}${suite}`;
    const there = await this.#bucket.get(key, halts);
    if (there !== null && there.value !== null) await this.#bucket.delete(key);
  }

  /** Calls `on` with each suite that is cancelled now, and then whenever one is, or goes on (null). */
  watchCancelled(signal: AbortSignal, on: (suite: string, halt: Halt | null) => void): Promise<void> {
    return this.#bucket.watch({ keys: `${CANCELLED}*`, reader: halts, signal }, ({ key, value }) =>
      on(key.slice(CANCELLED.length), value),
    );
  }

  /** Publishes a kind of needs to workers. @returns their hash */
  async addNeeds(needs: Needs): Promise<string> {
    const hash = hashOf(needs);
    const key = `needs.${hash}`;
    if ((await this.#bucket.get(key, needsReader)) === null) await this.#bucket.put(key, needs, needsReader);
    return hash;
  }

  needs(): Promise<Kept<Needs>[]> {
    return this.#bucket.list('needs.*', needsReader);
  }

  /** Only needs whose key is their hash: others were written by nobody of ours. */
  watchNeeds(signal: AbortSignal, on: (hash: string, needs: Needs | null) => void): Promise<void> {
    return this.#bucket.watch({ keys: 'needs.*', reader: needsReader, signal }, ({ key, value }) => {
      const hash = key.slice('needs.'.length);
      if (value === null || hashOf(value) === hash) on(hash, value);
    });
  }
}
