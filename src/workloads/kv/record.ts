import { KV_DONE, KV_FOUND, type KvLog, type KvOperation, type KvPath } from '../../history/kv-log.ts';
import type { Entry, Unanswered, Written } from '../../nats/kv/bucket.ts';
import { IDENTITY_HEADER } from '../../nats/kv/bucket.ts';
import { NOBODY, type Sender } from '../../nats/sender.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Tally } from '../tally.ts';

/** When an operation was due, sent and answered. */
export interface Times {
  due: Milliseconds;
  t: Milliseconds;
  end: Milliseconds;
}

interface WriteDone {
  client: number;
  op: KvOperation;
  key: string;
  value: number;
  expected?: number | undefined;
  /** Before the workload began. */
  initial?: true;
}

/** Writes the operations of one workload to its history, and counts them. */
export class KvRecord {
  readonly #log: KvLog;
  readonly #tally: Tally;
  readonly #sender: Sender;
  /** This workload's code. */
  readonly #by: number;

  constructor(log: KvLog, tally: Tally, sender: Sender, by: number) {
    this.#log = log;
    this.#tally = tally;
    this.#sender = sender;
    this.#by = by;
  }

  wrote({ client, op, key, value, expected, initial }: WriteDone, written: Written, times: Times): void {
    const { outcome } = written;
    const status =
      outcome === 'ok'
        ? { outcome, ...(initial === undefined ? {} : { initial }) }
        : {
            outcome,
            error: written.error,
            ...(written.refused === undefined ? {} : { refused: written.refused }),
          };
    this.#log.append({
      ...this.#base(times, client),
      op,
      path: 'leader',
      key,
      by: this.#by,
      value,
      status: outcome === 'ok' && initial === undefined ? KV_DONE : this.#log.codeOf(status),
      ...(outcome === 'ok' ? { revision: written.revision } : {}),
      ...(expected === undefined ? {} : { expected }),
    });
    // A condition that did not hold is an answer, as good as any.
    const counted = outcome === 'failed' && written.refused !== undefined ? 'ok' : outcome;
    this.#count(counted, times, outcome === 'ok' ? undefined : written.error);
  }

  read(client: number, path: KvPath, key: string, answer: Entry | Unanswered, times: Times): void {
    const { outcome } = answer;
    const base = { ...this.#base(times, client), op: 'get' as const, path, key };
    if (outcome !== 'ok') {
      const { error } = answer;
      this.#log.append({ ...base, status: this.#log.codeOf({ outcome, error }) });
      this.#count(outcome, times, error);
      return;
    }
    this.#log.append({ ...base, ...this.#seen(answer) });
    this.#count('ok', times);
  }

  watched(watcher: number, key: string, entry: Entry, t: Milliseconds): void {
    const times = { due: t, t, end: t };
    this.#log.append({
      ...this.#base(times, watcher),
      op: 'watch',
      path: 'watch',
      key,
      ...this.#seen(entry),
    });
  }

  #seen({ found, revision, body, headers }: Entry) {
    this.#sender.read(found === 'value' ? body : Buffer.from(`${headers?.get(IDENTITY_HEADER) ?? ''}\n`));
    const { by, n } = this.#sender;
    const status = found === 'value' ? KV_FOUND : this.#log.codeOf({ outcome: 'ok', found });
    return { revision, status, ...(by === NOBODY ? {} : { by, value: n }) };
  }

  #base({ due, t, end }: Times, client: number) {
    return { t, lateMs: t - due, latencyMs: end - t, client };
  }

  #count(outcome: 'ok' | 'failed' | 'unknown', { due, t, end }: Times, error?: string): void {
    if (outcome === 'ok') this.#tally.count(t, outcome, end - due, end - t);
    else this.#tally.count(t, outcome);
    if (error !== undefined && outcome !== 'ok') this.#tally.error(error);
  }
}
