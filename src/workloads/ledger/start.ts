import { CONFIRMED, type DeliveryLog } from '../../history/delivery-log.ts';
import type { WorkloadRecord } from '../../history/workload-record.ts';
import { FOREIGN } from '../../history/tables/table.ts';
import { sleep } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import { formatDuration } from '../../support/units.ts';
import { markIn } from '../marking.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from '../workload.ts';
import { readEntries } from './entries.ts';
import { Identities, type Named } from './identities.ts';
import { ledgerTarget, type LedgerOptions } from './options.ts';

export function startLedger(ctx: WorkloadContext, options: LedgerOptions): RunningWorkload {
  markIn(ctx, 'started');
  return new Ledger(ctx, options);
}

/** One reading of everything: the messages that each entry names, in the order of the entries. */
interface Reading {
  entries: number;
  named: Named[];
  foreign: number;
}

class Ledger implements RunningWorkload {
  readonly #ctx: WorkloadContext;
  readonly #options: LedgerOptions;
  readonly #identities: Identities;
  readonly #log: DeliveryLog;
  #named = 0;
  #error: string | undefined;
  #isOver = false;
  #stopping: Promise<void> | undefined;

  constructor(ctx: WorkloadContext, options: LedgerOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#identities = new Identities(ctx.runId, ctx.publishers);
    this.#log = ctx.history.deliveries(ctx.name);
  }

  progress(): WorkloadProgress {
    return { done: this.#named, failed: 0, unknown: 0, paused: false, finished: this.#isOver };
  }

  pause(): Promise<void> {
    return Promise.resolve();
  }

  resume(): void {
    // It does nothing that could be paused.
  }

  stop(giveUp?: AbortSignal): Promise<void> {
    this.#stopping ??= this.#stop(giveUp);
    return this.#stopping;
  }

  /** What it read has happened at other times: there is nothing to say of single seconds. */
  record(): WorkloadRecord {
    const { name } = this.#ctx;
    return {
      name,
      kind: this.#options.kind,
      target: ledgerTarget(this.#options),
      ok: this.#named,
      failed: 0,
      unknown: 0,
      redelivered: 0,
      seconds: [],
      ...(this.#error === undefined ? {} : { firstError: this.#error }),
    };
  }

  async #stop(giveUp: AbortSignal | undefined): Promise<void> {
    const t = this.#ctx.elapsedMs();
    const { reading, error } = await this.#settled(giveUp);
    this.#error = error;
    this.#write(reading);
    this.#ctx.history.append({
      type: 'ledger-audit',
      t: this.#ctx.elapsedMs(),
      workload: this.#ctx.name,
      complete: error === undefined,
      entries: reading.entries,
      foreign: reading.foreign,
      ...(error === undefined ? {} : { error }),
    });
    this.#isOver = true;
    markIn(this.#ctx, 'stopped', `after ${reading.entries} entries`, t);
  }

  /** Reads until two readings are alike, or the time is up. Never throws. */
  async #settled(giveUp: AbortSignal | undefined): Promise<{ reading: Reading; error?: string }> {
    const { settle, within } = this.#options;
    const until = this.#ctx.elapsedMs() + within;
    const isOver = (): boolean => this.#ctx.signal.aborted || giveUp?.aborted === true;
    let last: Reading = { entries: 0, named: [], foreign: 0 };
    let before: string | undefined;
    let error = 'it was not read: the run was over before';
    while (!isOver()) {
      try {
        last = await this.#read();
        const mark = markOf(last);
        if (mark === before) return { reading: last };
        before = mark;
        error = `it was still changing after ${formatDuration(within)}`;
      } catch (thrown) {
        before = undefined;
        error = messageOf(thrown);
      }
      if (this.#ctx.elapsedMs() + settle > until) break;
      await sleep(settle, this.#ctx.signal).catch(() => undefined);
    }
    return { reading: last, error };
  }

  async #read(): Promise<Reading> {
    const reading: Reading = { entries: 0, named: [], foreign: 0 };
    await readEntries(this.#options, this.#ctx.reach.services ?? [], this.#identities, (text) => {
      reading.entries += 1;
      const found = this.#identities.in(text);
      if (found.length === 0) reading.foreign += 1;
      reading.named.push(...found);
    });
    return reading;
  }

  /** Entries of others have rows too, with the places after all of this run. */
  #write({ named, foreign }: Reading): void {
    const t = this.#ctx.elapsedMs();
    let place = 0;
    for (const { by, n } of named) this.#log.append(t, ++place, by, n, 1, 0, CONFIRMED);
    for (let left = foreign; left > 0; left -= 1) this.#log.append(t, ++place, FOREIGN, 0, 1, 0, CONFIRMED);
    this.#named = named.length;
  }
}

/** Two readings with the same mark hold the same; the order in which a server shows entries need not be. */
function markOf({ entries, named, foreign }: Reading): string {
  let sum = 0;
  for (const { by, n } of named) sum = (sum + n * 2_654_435_761 + by * 40_503) % 4_294_967_296;
  return `${entries} ${named.length} ${foreign} ${sum}`;
}
