import { jetstream } from '@nats-io/jetstream';
import { Objm, type ObjectStore } from '@nats-io/obj';
import { withDeadline } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';

/** Why there is no answer; the servers may have carried out what was asked. */
export interface NoAnswer {
  outcome: 'unknown';
  error: string;
  /** The object is there by its name, but its content does not come. */
  withoutContent?: true;
}

export type Found =
  { outcome: 'ok'; content: Uint8Array | null } | { outcome: 'corrupt'; error: string } | NoAnswer;

/** What the client says of content that has another digest than was stored with its name. */
const CORRUPT = 'corrupt object';

/** The objects of a bucket, through the client of NATS; each call ends in time, and none throws. */
export class ObjectBucket {
  readonly #store: ObjectStore;
  readonly #timeoutMs: Milliseconds;

  private constructor(store: ObjectStore, timeoutMs: Milliseconds) {
    this.#store = store;
    this.#timeoutMs = timeoutMs;
  }

  /** @param name of the bucket. @throws ChaosError when there is no such bucket, or nobody answers in time */
  static async open(conn: Connection, name: string, timeoutMs: Milliseconds): Promise<ObjectBucket> {
    const manager = new Objm(jetstream(conn, { timeout: timeoutMs }));
    const store = await withDeadline(manager.open(name), timeoutMs * 2, `the object bucket ${name}`);
    return new ObjectBucket(store, timeoutMs);
  }

  async put(name: string, content: Uint8Array): Promise<{ outcome: 'ok' } | NoAnswer> {
    const put = this.#store.putBlob({ name }, content, { timeout: this.#timeoutMs });
    return this.#inTime(put, 'the object to be stored').then(toOk, noAnswer);
  }

  /** @returns whether there was anything to delete */
  async delete(name: string): Promise<{ outcome: 'ok'; there: boolean } | NoAnswer> {
    return this.#inTime(this.#store.delete(name), 'the object to be deleted').then(
      ({ success }) => ({ outcome: 'ok', there: success }),
      noAnswer,
    );
  }

  async get(name: string): Promise<Found> {
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
    try {
      const result = await this.#inTime(this.#store.get(name), 'the object');
      if (result === null) return { outcome: 'ok', content: null };
      // Said again by the stream, and not to be left without a listener.
      result.error.catch(() => undefined);
      reader = result.data.getReader();
      return { outcome: 'ok', content: await this.#inTime(readAll(reader), 'the content of the object') };
    } catch (thrown) {
      const error = messageOf(thrown);
      if (error.includes(CORRUPT)) return { outcome: 'corrupt', error: CORRUPT };
      if (reader === undefined) return { outcome: 'unknown', error };
      void reader.cancel().catch(() => undefined);
      return { outcome: 'unknown', error, withoutContent: true };
    }
  }

  /** The names of all objects. */
  async list(): Promise<{ outcome: 'ok'; names: string[] } | NoAnswer> {
    return this.#inTime(this.#store.list(), 'the list of objects').then(
      (objects) => ({ outcome: 'ok', names: objects.map(({ name }) => name) }),
      noAnswer,
    );
  }

  #inTime<T>(asked: Promise<T>, what: string): Promise<T> {
    return withDeadline(asked, this.#timeoutMs, what);
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(parts);
    parts.push(value);
  }
}

function toOk(): { outcome: 'ok' } {
  return { outcome: 'ok' };
}

function noAnswer(thrown: unknown): NoAnswer {
  return { outcome: 'unknown', error: messageOf(thrown) };
}
