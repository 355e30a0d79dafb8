import type { KvOperation } from '../../history/kv-log.ts';
import { type Bucket, type Entry, type Unanswered, type Write, type Written } from '../../nats/kv/bucket.ts';
import { bodyOf, identityOf } from '../../support/message-body.ts';
import type { Random } from '../../support/random.ts';
import type { Bytes, Milliseconds } from '../../support/units.ts';
import type { KvRecord } from './record.ts';

export interface KvClientOptions {
  /** From 0. */
  number: number;
  bucket: Bucket;
  keys: readonly string[];
  /** Each operation as often as it is to be chosen. */
  operations: readonly KvOperation[];
  reads: 'leader' | 'replica';
  size: Bytes;
  runId: string;
  workload: string;
  random: Random;
  record: KvRecord;
  /** The number of the next write of the workload. */
  readonly nextValue: () => number;
  readonly now: () => Milliseconds;
  /** Resolves when nobody waits for answers any more. */
  givenUp: Promise<Unanswered>;
}

/** A key as this client last saw it. */
interface Known {
  revision: number;
  found: Entry['found'];
}

/** One client of a bucket: one operation at a time. */
export class KvClient {
  readonly #options: KvClientOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: KvClientOptions) {
    this.#options = options;
  }

  /** Chooses an operation and a key, and carries it out. @param due when it was to begin */
  async act(due: Milliseconds): Promise<void> {
    const { keys, operations, random } = this.#options;
    const key = keys[Math.floor(random.next() * keys.length)] ?? '';
    const op = operations[Math.floor(random.next() * operations.length)] ?? 'get';
    switch (op) {
      case 'update':
        return this.#update(key, due);
      case 'create':
        // A deleted key is created on its marker, as clients of NATS do.
        return this.write('create', key, due, this.#markerOf(key));
      case 'put':
      case 'delete':
      case 'purge':
        return this.write(op, key, due);
      case 'get':
      case 'watch':
        await this.#get(key, due);
        return;
    }
  }

  async write(
    op: KvOperation,
    key: string,
    due: Milliseconds,
    expected?: number,
    initial?: true,
  ): Promise<void> {
    const { number, bucket, record, now } = this.#options;
    const value = this.#options.nextValue();
    const write = this.#writeOf(op, value, expected);
    const t = now();
    const written: Written = await this.#answer(bucket.write(key, write));
    record.wrote({ client: number, op, key, value, expected, ...(initial ? { initial } : {}) }, written, {
      due,
      t,
      end: now(),
    });
    if (written.outcome !== 'ok') this.#known.delete(key);
    else this.#known.set(key, { revision: written.revision, found: foundAfter(op) });
  }

  /** Whether its last write of a key was confirmed. */
  hasWritten(key: string): boolean {
    return this.#known.has(key);
  }

  async #update(key: string, due: Milliseconds): Promise<void> {
    let known = this.#known.get(key);
    if (known === undefined) {
      known = await this.#get(key, due);
      if (known === undefined) return;
    }
    await this.write('update', key, due, known.revision);
  }

  /** @returns undefined without an answer */
  async #get(key: string, due: Milliseconds): Promise<Known | undefined> {
    const { number, bucket, reads, record, now } = this.#options;
    const t = now();
    const asked = reads === 'leader' ? bucket.getFromLeader(key) : bucket.getFromReplica(key);
    const answer: Entry | Unanswered = await this.#answer(asked);
    record.read(number, reads, key, answer, { due, t, end: now() });
    if (answer.outcome !== 'ok') return undefined;
    const { revision, found } = answer;
    this.#known.set(key, { revision, found });
    return { revision, found };
  }

  #markerOf(key: string): number {
    const known = this.#known.get(key);
    return known === undefined || known.found === 'value' ? 0 : known.revision;
  }

  #writeOf(op: KvOperation, value: number, expected: number | undefined): Write {
    const { runId, workload, size } = this.#options;
    const identity = identityOf(runId, workload, value);
    const condition = expected === undefined ? {} : { expected };
    if (op === 'delete') return { body: new Uint8Array(), marker: 'deleted', identity, ...condition };
    if (op === 'purge') return { body: new Uint8Array(), marker: 'purged', identity, ...condition };
    return { body: bodyOf(identity, size), ...condition };
  }

  #answer<T>(asked: Promise<T>): Promise<T | Unanswered> {
    return Promise.race([asked, this.#options.givenUp]);
  }
}

function foundAfter(op: KvOperation): Entry['found'] {
  return op === 'delete' ? 'deleted' : op === 'purge' ? 'purged' : 'value';
}
