import { lostBefore, whyNotAgain } from '../../fleet/attempt.ts';
import {
  EXTEND_EVERY_MS,
  GIVE_BACK_DELAY_MS,
  GRACE_MS,
  SEND_REPORT_MS,
  STALE_AFTER_MS,
} from '../../fleet/limits.ts';
import { runName } from '../../fleet/names.ts';
import { lacks, type Needs } from '../../fleet/needs.ts';
import type { FleetResult, RunState, WorkerState } from '../../fleet/state.ts';
import type { Lease } from '../../nats/queue/lease.ts';
import type { Kept } from '../../nats/queue/bucket.ts';
import type { Queue } from '../../nats/queue/queue.ts';
import { clip } from '../../report/text.ts';
import { ChaosError } from '../../support/errors.ts';
import { insist } from '../fleet/insist.ts';
import type { Carried, CarryOut } from './carried.ts';

/** `unclean`: something could not be undone on this machine. */
export type Ended = 'done' | 'unclean' | 'given-back' | 'dropped';

export interface AssignmentOptions {
  queue: Queue;
  lease: Lease;
  needs: Needs;
  worker: { id: string; host: string };
  readonly carryOut: CarryOut;
  /** Its reason is the signal that is sent on to the run. */
  signal: AbortSignal;
  /** Whether its asker has ended the whole suite. */
  readonly isCancelled: () => boolean;
}

/** A line of the timeline is sent at most so often. */
const LINE_EVERY_MS = 5_000;
const MOST_TEXT = 1_900;

/** One run that this worker has taken, from its lease to its result, or until it is given back. */
export class Assignment {
  readonly #options: AssignmentOptions;
  readonly #startedAt = new Date().toISOString();
  readonly #began = performance.now();
  #lost = 0;
  #refused: RunState['refused'] = {};
  #lineAt = 0;

  constructor(options: AssignmentOptions) {
    this.#options = options;
  }

  /** @throws when it could be neither carried out nor reported: then it is to be given back */
  async carryOut(): Promise<{ ended: Ended; text: string }> {
    const { queue, lease, isCancelled } = this.#options;
    const release = this.#extendLease();
    try {
      if (isCancelled()) return await this.#drop('its asker has ended it');
      const known = await insist(() => queue.states.result(lease.key));
      if (known !== null && known.value !== null) return await this.#drop('has a result already');
      const before = (await insist(() => queue.states.run(lease.key)))?.value ?? null;
      this.#lost = lostBefore(before, lease.delivery);
      this.#refused = before?.refused ?? {};
      const problem = lease.request.problem;
      if (problem !== undefined) return await this.#error(`the request cannot be read: ${problem}`);
      const whyNot = whyNotAgain(this.#lost, lease.delivery);
      if (whyNot !== null) return await this.#error(whyNot);
      await insist(() => this.#setState('running'));
      return await this.#carry();
    } finally {
      release();
    }
  }

  async #carry(): Promise<{ ended: Ended; text: string }> {
    const { lease, carryOut, signal, isCancelled } = this.#options;
    const { value: request } = lease.request;
    if (request === undefined) throw new RangeError('a request that cannot be read is carried out by nobody');
    const carried = signal.aborted
      ? ({ outcome: 'interrupted' } as const)
      : await carryOut(request, { lease, signal, onLine: (text) => this.#onLine(text) });
    if (carried.outcome === 'ended') return this.#report(carried);
    if (carried.outcome === 'refused') return this.#refuse(carried.reasons);
    if (isCancelled()) return this.#drop('its asker has ended it', 'its asker has ended it');
    return this.#giveBack('was interrupted and undone');
  }

  /** Its report first, then its result, and only then off the queue: whatever dies in between, nothing is lost. */
  async #report(carried: Extract<Carried, { outcome: 'ended' }>): Promise<{ ended: Ended; text: string }> {
    const { queue, lease, worker } = this.#options;
    const { report, result, clear } = carried;
    await this.#setState('sending').catch(() => undefined);
    const object = `${runName(lease.key)}.${worker.id}.${lease.id}`;
    if (report !== undefined) {
      const { archive } = report;
      await insist(() => queue.reports.putFile(object, archive).then(() => true));
    }
    const sent = report && { object, ...kept(report) };
    const isFirst = await this.#addResult({ ...result, ...(sent === undefined ? {} : { report: sent }) });
    if (!isFirst && report !== undefined) await queue.reports.delete(object).catch(() => undefined);
    await lease.done();
    clear?.();
    const unclean = result.left.length > 0 || result.event?.verdict === 'unclean';
    const what = result.event?.verdict ?? result.error ?? result.how;
    return {
      ended: unclean ? 'unclean' : isFirst ? 'done' : 'dropped',
      text: isFirst ? `ended: ${what}` : `ended: ${what}; another worker was first, its result counts`,
    };
  }

  /** A refused run waits for another worker, if there is one that may do it; otherwise its result says why nobody does. */
  async #refuse(reasons: readonly string[]): Promise<{ ended: Ended; text: string }> {
    const { queue, worker } = this.#options;
    this.#refused = { ...this.#refused, [worker.id]: clip(reasons.join('; '), MOST_TEXT) };
    const workers = await insist(() => queue.states.workers());
    const { needs } = this.#options;
    const isCandidate = ({ id, offer, leaving }: WorkerState): boolean =>
      this.#refused[id] === undefined && leaving === undefined && lacks(needs, offer).length === 0;
    if (living(workers).some(isCandidate)) return this.#giveBack(`is refused: ${reasons.join('; ')}`);
    const all = Object.entries(this.#refused).map(([id, why]) => `${id} refuses it: ${why}`);
    return this.#error(all.join('; '));
  }

  async #giveBack(why: string): Promise<{ ended: Ended; text: string }> {
    await insist(() => this.#setState('waiting', why));
    this.#options.lease.giveBack(GIVE_BACK_DELAY_MS);
    return { ended: 'given-back', text: `is given back: it ${why}` };
  }

  async #drop(why: string, reason?: string): Promise<{ ended: Ended; text: string }> {
    if (reason !== undefined) await this.#setState('waiting', reason).catch(() => undefined);
    await this.#options.lease.done();
    return { ended: 'dropped', text: `is dropped: ${why}` };
  }

  async #error(error: string): Promise<{ ended: Ended; text: string }> {
    await this.#addResult({
      timedOut: false,
      how: 'not carried out',
      complaints: [],
      left: [],
      error: clip(error, MOST_TEXT),
    });
    await this.#options.lease.done();
    return { ended: 'done', text: `is an error: ${error}` };
  }

  #addResult(
    result: Omit<FleetResult, 'schemaVersion' | 'worker' | 'host' | 'attempt' | 'startedAt' | 'durationMs'>,
  ): Promise<boolean> {
    const { queue, lease, worker } = this.#options;
    const whole: FleetResult = {
      schemaVersion: 1,
      ...{ worker: worker.id, host: worker.host, attempt: lease.delivery, startedAt: this.#startedAt },
      durationMs: Math.round(performance.now() - this.#began),
      ...result,
    };
    // Without an answer it may have been written: then the second attempt finds its own.
    return insist(async () => {
      if (await queue.states.addResult(lease.key, whole)) return { isFirst: true };
      const there = (await queue.states.result(lease.key))?.value ?? null;
      // A server that lags behind does not have it yet, and the report stays or goes by whose it is.
      if (there === null) throw new ChaosError('unavailable', 'the result that is there cannot be read yet');
      return { isFirst: there.worker === worker.id && there.startedAt === whole.startedAt };
    }).then(({ isFirst }) => isFirst);
  }

  #onLine(text: string): void {
    const now = performance.now();
    if (now - this.#lineAt < LINE_EVERY_MS) return;
    this.#lineAt = now;
    void this.#setState('running', undefined, text).catch(() => undefined);
  }

  async #setState(state: RunState['state'], why?: string, line?: string): Promise<true> {
    const { queue, lease, worker } = this.#options;
    await queue.states.setRun(lease.key, {
      ...{ state, worker: worker.id, host: worker.host, since: new Date().toISOString() },
      ...{ attempt: lease.delivery, lost: this.#lost, refused: this.#refused },
      ...(why === undefined ? {} : { why: clip(why, MOST_TEXT) }),
      ...(line === undefined ? {} : { line: clip(line, MOST_TEXT) }),
    });
    return true;
  }

  /** Until `release`, but no longer than the run can take: what hangs must not hold a run for ever. */
  #extendLease(): () => void {
    const { lease } = this.#options;
    const longestMs = (lease.request.value?.timeoutMs ?? 0) + GRACE_MS + SEND_REPORT_MS;
    const timer = setInterval(() => {
      if (performance.now() - this.#began < longestMs) lease.extend();
    }, EXTEND_EVERY_MS);
    return () => clearInterval(timer);
  }
}

function kept({
  sha256,
  bytes,
  folder,
  shortened,
}: NonNullable<Extract<Carried, { outcome: 'ended' }>['report']>) {
  return { sha256, bytes, folder, ...(shortened === undefined ? {} : { shortened }) };
}

/** Those that were heard of lately, by the clock of the queue: the newest beat is now. */
function living(workers: readonly Kept<WorkerState>[]): WorkerState[] {
  const newest = Math.max(...workers.map(({ storedAt }) => storedAt));
  return workers.flatMap(({ value, storedAt }) =>
    value !== null && newest - storedAt < STALE_AFTER_MS ? value : [],
  );
}
