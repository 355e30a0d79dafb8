import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { Kvm, type KV, type KvEntry } from '@nats-io/kv';
import type { Checked, Reader } from '../../fleet/checked.ts';
import { onceSucceeded } from '../../support/once-succeeded.ts';

/** What a key holds, checked. `value` null: it was deleted. */
export interface Kept<T> {
  key: string;
  value: T | null;
  revision: number;
  /** When the server stored it, by its own clock, in ms since 1970. */
  storedAt: number;
}

/** `err_code` of a write on a key that holds something else than was expected. */
const WRONG_LAST_SEQUENCE = [10_071, 10_164];

/** The keys of one bucket; what cannot be read as it should is passed over, whoever has written it. */
export class CheckedBucket {
  readonly #open: () => Promise<KV>;

  constructor(js: JetStreamClient, name: string) {
    this.#open = onceSucceeded(() => new Kvm(js).open(name, { allow_direct: true }));
  }

  async get<T>(key: string, reader: Reader<T>): Promise<Kept<T> | null> {
    const entry = await (await this.#open()).get(key);
    return entry === null ? null : kept(entry, reader);
  }

  async put<T>(key: string, value: T, reader: Reader<T>): Promise<void> {
    await (await this.#open()).put(key, reader.write(value));
  }

  /** @returns whether there was nothing before, or nothing that can be read; otherwise nothing is written */
  async create<T>(key: string, value: T, reader: Reader<T>): Promise<boolean> {
    const bucket = await this.#open();
    const bytes = reader.write(value);
    if (await isFirst(() => bucket.create(key, bytes))) return true;
    const there = await bucket.get(key);
    if (there === null || kept(there, reader) !== null) return false;
    return isFirst(() => bucket.update(key, bytes, there.revision));
  }

  /** Leaves a marker: whoever watches learns of it. */
  async delete(key: string): Promise<void> {
    await (await this.#open()).delete(key);
  }

  /**
   * Calls `onKept` with what keys hold now and then with every change, until `signal` fires. A watch whose server dies goes on
   * at another.
   */
  async watch<T>(
    { keys, reader, signal }: { keys: string | string[]; reader: Reader<T>; signal: AbortSignal },
    onKept: (kept: Kept<T>) => void,
  ): Promise<void> {
    const watched = await (await this.#open()).watch({ key: keys });
    const stop = (): void => watched.stop();
    signal.addEventListener('abort', stop, { once: true });
    const isOver = (): boolean => signal.aborted;
    // The signal may have fired meanwhile, and fires only once.
    if (isOver()) stop();
    try {
      for await (const entry of watched) {
        if (isOver()) break;
        const one = kept(entry, reader);
        if (one !== null) onKept(one);
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** What all keys that match hold now. */
  async list<T>(filter: string, reader: Reader<T>): Promise<Kept<T>[]> {
    const bucket = await this.#open();
    const history = await bucket.history({ key: filter });
    const found: Kept<T>[] = [];
    for await (const entry of history) {
      const one = kept(entry, reader);
      if (one !== null && one.value !== null) found.push(one);
    }
    return found;
  }
}

async function isFirst(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (thrown) {
    if (thrown instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.includes(thrown.code)) return false;
    throw thrown;
  }
}

function kept<T>({ key, value, revision, created, operation }: KvEntry, reader: Reader<T>): Kept<T> | null {
  const known = { key, revision, storedAt: created.getTime() };
  if (operation !== 'PUT') return { ...known, value: null };
  const checked: Checked<T> = reader.read(value);
  return checked.problem === undefined ? { ...known, value: checked.value } : null;
}
