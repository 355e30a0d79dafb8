import type { JetStreamClient } from '@nats-io/jetstream';
import type { QueueNames } from '../../fleet/names.ts';
import { hashOf, needsReader, type Needs } from '../../fleet/needs.ts';
import { halts, type Halt } from '../../fleet/state.ts';
import { CheckedBucket, type Kept } from './bucket.ts';

const HALT = 'halt';

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

  /** Tells workers of a kind of needs. @returns their hash */
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
