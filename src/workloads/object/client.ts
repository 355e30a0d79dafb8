import type { OperationStatus } from '../../history/events.ts';
import type { OperationLog } from '../../history/operation-log.ts';
import type { ObjectOperation } from '../../history/operations.ts';
import type { Found, NoAnswer, ObjectBucket } from '../../nats/objects/object-bucket.ts';
import { NOBODY, type Sender } from '../../nats/sender.ts';
import { identityOf } from '../../support/message-body.ts';
import type { Random } from '../../support/random.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Client, GivenUp } from '../clients.ts';
import type { Tally } from '../tally.ts';
import { contentOf } from './content.ts';

export interface ObjectClientOptions {
  /** From 0. */
  number: number;
  bucket: ObjectBucket;
  names: readonly string[];
  /** Each operation as often as it is to be chosen. */
  operations: readonly ObjectOperation[];
  sizes: readonly number[];
  runId: string;
  workload: string;
  publishers: readonly string[];
  sender: Sender;
  random: Random;
  log: OperationLog<ObjectOperation>;
  tally: Tally;
  /** The number of the next write of the workload. */
  readonly nextValue: () => number;
  readonly now: () => Milliseconds;
  /** Resolves when nobody waits for answers any more. */
  givenUp: Promise<GivenUp>;
}

/** When an operation was due, and when it was sent. */
interface Begun {
  due: Milliseconds;
  t: Milliseconds;
}

/** One client of an object bucket: one operation at a time. */
export class ObjectClient implements Client {
  readonly #options: ObjectClientOptions;

  constructor(options: ObjectClientOptions) {
    this.#options = options;
  }

  async act(due: Milliseconds): Promise<void> {
    const { names, operations, random, now } = this.#options;
    const op = operations[Math.floor(random.next() * operations.length)] ?? 'get';
    const name = names[Math.floor(random.next() * names.length)] ?? '';
    const begun = { due, t: now() };
    if (op === 'put') return this.#put(name, begun);
    if (op === 'delete') return this.#delete(name, begun);
    if (op === 'get') await this.get(name, begun);
    else await this.#list(begun);
  }

  /** @param final the last look at an object, when nobody writes any more. @returns whether that is known */
  async get(name: string, begun: Begun, final?: true): Promise<boolean> {
    const { bucket } = this.#options;
    const found = await this.#inTime<Found>(bucket.get(name));
    const last = final === undefined ? {} : { final };
    if (found.outcome === 'unknown') {
      const { error } = found;
      const isTorn = final === true && 'withoutContent' in found;
      const torn = isTorn ? { found: 'torn' as const } : {};
      this.#log('get', name, begun, { outcome: 'unknown', error, ...torn, ...last }, {});
      return false;
    }
    const { status, of } =
      found.outcome === 'corrupt' ? { status: OTHER, of: {} } : this.#judged(found.content);
    this.#log('get', name, begun, { ...status, ...last }, of);
    return true;
  }

  async #put(name: string, begun: Begun): Promise<void> {
    const { bucket } = this.#options;
    const value = this.#options.nextValue();
    const answer = await this.#inTime(bucket.put(name, this.#content(value)));
    this.#log('put', name, begun, answer, { by: this.#own(), value });
  }

  async #delete(name: string, begun: Begun): Promise<void> {
    const value = this.#options.nextValue();
    const answer = await this.#inTime(this.#options.bucket.delete(name));
    const missing = answer.outcome === 'ok' && !answer.there;
    const status: OperationStatus = missing
      ? { outcome: 'failed', refused: 'missing', error: 'there is no such object' }
      : answer.outcome === 'ok'
        ? { outcome: 'ok' }
        : answer;
    this.#log('delete', name, begun, status, { by: this.#own(), value });
  }

  async #list(begun: Begun): Promise<void> {
    const answer = await this.#inTime(this.#options.bucket.list());
    const names = answer.outcome === 'ok' ? answer.names : [];
    const status: OperationStatus = answer.outcome === 'ok' ? { outcome: 'ok' } : answer;
    this.#log('list', '', begun, status, { value: names.length });
    const { number, log, now } = this.#options;
    const times = { t: begun.t, lateMs: begun.t - begun.due, latencyMs: now() - begun.t };
    for (const key of names)
      log.append({ ...times, client: number, op: 'listed', key, status: { outcome: 'ok' } });
  }

  /** Which write a content is of, byte by byte. */
  #judged(content: Uint8Array | null): { status: OperationStatus; of: { by?: number; value?: number } } {
    if (content === null) return { status: { outcome: 'ok', found: 'nothing' }, of: {} };
    const { sender } = this.#options;
    sender.read(content);
    const { by, n } = sender;
    if (by === this.#own() && Buffer.compare(content, this.#content(n)) === 0)
      return { status: { outcome: 'ok' }, of: { by, value: n } };
    return { status: OTHER, of: by === NOBODY ? {} : { by, value: n } };
  }

  #content(value: number): Uint8Array {
    const { runId, workload, sizes } = this.#options;
    return contentOf(identityOf(runId, workload, value), value, sizes[value % sizes.length] ?? 0);
  }

  #own(): number {
    const { publishers, workload } = this.#options;
    return publishers.indexOf(workload);
  }

  #log(
    op: ObjectOperation,
    key: string,
    { due, t }: Begun,
    { outcome, error, refused, found, final }: OperationStatus,
    of: { by?: number; value?: number },
  ): void {
    const { number, log, tally, now } = this.#options;
    const end = now();
    const status: OperationStatus = {
      outcome,
      ...(refused === undefined ? {} : { refused }),
      ...(found === undefined ? {} : { found }),
      ...(final === undefined ? {} : { final }),
      ...(error === undefined ? {} : { error }),
    };
    log.append({ t, lateMs: t - due, latencyMs: end - t, client: number, op, key, ...of, status });
    if (final === true) return;
    if (outcome === 'ok' || refused !== undefined) tally.count(t, 'ok', end - due, end - t);
    else {
      tally.count(t, outcome);
      if (error !== undefined) tally.error(error);
    }
  }

  #inTime<T>(asked: Promise<T>): Promise<T | NoAnswer> {
    return Promise.race([asked, this.#options.givenUp]);
  }
}

const OTHER: OperationStatus = { outcome: 'ok', found: 'other' };
