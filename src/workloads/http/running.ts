import type { PublishStatus } from '../../history/events.ts';
import type { WorkloadRecord } from '../../history/workload-record.ts';
import { ACKNOWLEDGED, type PublishLog } from '../../history/publish-log.ts';
import { sleep } from '../../support/deadline.ts';
import { addressesOf } from '../../support/service-place.ts';
import type { Milliseconds } from '../../support/units.ts';
import { pausePoints } from '../fields.ts';
import { markIn } from '../marking.ts';
import { GeneratorWatch } from '../pace/generator-watch.ts';
import { OfferTally } from '../pace/offer-tally.ts';
import { scheduleOfPace } from '../pace/options.ts';
import { Pacer } from '../pace/pacer.ts';
import { Tally } from '../tally.ts';
import { Wakeup } from '../wakeup.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from '../workload.ts';
import { HttpClient, type Attempt } from './client.ts';
import { expectationOf } from './expectation.ts';
import { httpTarget, type HttpOptions } from './options.ts';
import { requestsOf, type Request } from './requests.ts';

/** Begins to send requests. @throws ChaosError `invalid` when the service has no such replica or port */
export async function startHttp(ctx: WorkloadContext, options: HttpOptions): Promise<RunningWorkload> {
  const { url, connections, timeout, expect } = options;
  const bases =
    url === undefined
      ? addressesOf(options, ctx.reach.services ?? []).map((address) => `http://${address}`)
      : [url];
  // Loaded here, so that only a run with such a workload loads it.
  const undici = await import('undici');
  const expectation = expectationOf(expect);
  const client = new HttpClient(undici, { bases, connections, timeoutMs: timeout, expectation });
  return new Requesting(ctx, options, client);
}

/** Sends requests when they are due and a connection is free. */
class Requesting implements RunningWorkload {
  readonly #ctx: WorkloadContext;
  readonly #options: HttpOptions;
  readonly #client: HttpClient;
  readonly #requestOf: (n: number) => Request;
  readonly #pacer: Pacer | undefined;
  readonly #log: PublishLog;
  readonly #tally = new Tally();
  readonly #watch: GeneratorWatch;
  readonly #offer: OfferTally;
  readonly #settled = new Wakeup();
  readonly #pausePoints: number[];
  #state: 'running' | 'paused' | 'stopped' = 'running';
  #sent = 0;
  #inFlight = 0;
  /** A request is due and no connection is free. */
  #blocked = false;
  #freeFrom: Milliseconds = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isGivenUp = false;
  #stopping: Promise<void> | undefined;

  constructor(ctx: WorkloadContext, options: HttpOptions, client: HttpClient) {
    this.#ctx = ctx;
    this.#options = options;
    this.#client = client;
    this.#requestOf = requestsOf(ctx, options);
    const schedule = scheduleOfPace(options);
    if (schedule !== undefined) this.#pacer = new Pacer(schedule);
    this.#log = ctx.history.publishes(ctx.name);
    this.#watch = new GeneratorWatch(ctx.elapsedMs);
    this.#offer = new OfferTally(this.#watch);
    this.#pausePoints = pausePoints(options.pauseAt);
    ctx.signal.addEventListener('abort', () => this.#giveUp('interrupted before an answer came'));
    markIn(ctx, 'started');
    this.#begin();
  }

  progress(): WorkloadProgress {
    const { ok: done, failed, unknown } = this.#tally.totals;
    const isOver = this.#state === 'stopped' || this.#sent === this.#options.count;
    const paused = this.#state === 'paused';
    return { done, failed, unknown, paused, finished: isOver && this.#inFlight === 0 };
  }

  async pause(): Promise<void> {
    if (this.#state === 'running') this.#pause(`on request, after ${this.#sent} requests`);
    await this.#quiet();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    markIn(this.#ctx, 'resumed');
    this.#begin();
  }

  stop(giveUp?: AbortSignal): Promise<void> {
    const late = (): void => this.#giveUp('no answer came before the drain was over');
    giveUp?.addEventListener('abort', late, { once: true });
    if (giveUp?.aborted === true) late();
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  record(): WorkloadRecord {
    const { kind } = this.#options;
    const record = this.#tally.record(this.#ctx.name, kind, httpTarget(this.#options));
    return this.#pacer === undefined ? record : { ...record, offered: this.#offer.record() };
  }

  #begin(): void {
    const now = this.#ctx.elapsedMs();
    this.#pacer?.restart(now);
    this.#freeFrom = now;
    this.#tick();
  }

  /** Sends what is due and has a connection, and comes back when the next is due, or a connection is free. */
  #tick(): void {
    clearTimeout(this.#timer);
    if (!this.#maySend()) return;
    const now = this.#ctx.elapsedMs();
    let left = this.#pacer === undefined ? this.#options.connections : this.#due(this.#pacer, now);
    for (; left > 0 && this.#hasRoom(); left -= 1) {
      this.#send();
      if (!this.#maySend()) return;
    }
    this.#blocked = !this.#hasRoom();
    if (this.#blocked) return;
    const inMs = this.#pacer?.nextInMs(this.#ctx.elapsedMs()) ?? 0;
    this.#timer = setTimeout(() => this.#tick(), inMs);
  }

  #maySend(): boolean {
    if (this.#state !== 'running' || this.#ctx.signal.aborted) return false;
    return this.#sent < (this.#options.count ?? Infinity);
  }

  #hasRoom(): boolean {
    return this.#inFlight < this.#options.connections;
  }

  #due(pacer: Pacer, now: Milliseconds): number {
    const late = now - pacer.nextDueMs;
    const before = pacer.skipped;
    const due = pacer.due(now);
    const wasBlocked = this.#blocked || this.#freeFrom > now - late;
    this.#offer.skipped(now, pacer.skipped - before, late, wasBlocked);
    return due;
  }

  #send(): void {
    const t = this.#ctx.elapsedMs();
    const due = this.#pacer?.nextDueMs;
    this.#pacer?.take();
    this.#sent += 1;
    this.#inFlight += 1;
    if (due !== undefined) this.#offer.sent(t, due, this.#freeFrom, 1);
    void this.#carryOut(this.#sent, t, due ?? t);
    if (this.#pausePoints.includes(this.#sent)) this.#pause(`by itself, after ${this.#sent} requests`);
  }

  /** Never throws. */
  async #carryOut(n: number, t: Milliseconds, due: Milliseconds): Promise<void> {
    const status = await this.#answer(this.#requestOf(n), n - 1);
    const endedAt = this.#ctx.elapsedMs();
    const isPlain = status.outcome === 'ok' && status.attempts === 1;
    this.#log.append(n, t, t - due, endedAt - t, 0, isPlain ? ACKNOWLEDGED : this.#log.codeOf(status));
    if (status.outcome === 'ok') this.#tally.count(t, 'ok', endedAt - due, endedAt - t);
    else this.#tally.count(t, status.outcome);
    if (status.error !== undefined) this.#tally.error(status.error);
    this.#inFlight -= 1;
    this.#settled.set();
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#freeFrom = endedAt;
    this.#tick();
  }

  async #answer(request: Request, turn: number): Promise<PublishStatus> {
    const { retries, retryAfter } = this.#options;
    let isOpen = false;
    for (let attempts = 1; ; attempts += 1) {
      const attempt = await this.#client.attempt(request, turn + attempts - 1);
      isOpen ||= attempt.outcome === 'unknown';
      if (!attempt.mayRetry || attempts > retries || this.#isGivenUp) return ended(attempt, attempts, isOpen);
      await sleep(retryAfter);
    }
  }

  #pause(note: string): void {
    this.#state = 'paused';
    clearTimeout(this.#timer);
    markIn(this.#ctx, 'paused', note);
  }

  #giveUp(why: string): void {
    this.#isGivenUp = true;
    clearTimeout(this.#timer);
    this.#client.giveUp(why);
  }

  async #quiet(): Promise<void> {
    while (this.#inFlight > 0) await this.#settled.next();
  }

  async #stop(): Promise<void> {
    const t = this.#ctx.elapsedMs();
    const wasRunning = this.#maySend();
    clearTimeout(this.#timer);
    this.#state = 'stopped';
    if (wasRunning && this.#pacer !== undefined) this.#skipRest(this.#pacer, t);
    this.#watch.close();
    await this.#quiet();
    await this.#client.close();
    markIn(this.#ctx, 'stopped', `after ${this.#sent} requests`, t);
  }

  /** Counts what is due by now and will not be sent. */
  #skipRest(pacer: Pacer, now: Milliseconds): void {
    const late = now - pacer.nextDueMs;
    this.#offer.skipped(now, this.#due(pacer, now), late, this.#blocked);
  }
}

/** A request of which an attempt got no answer may have been carried out, whatever came of the next attempt. */
function ended({ outcome, error }: Attempt, attempts: number, isOpen: boolean): PublishStatus {
  return {
    outcome: outcome === 'failed' && isOpen ? 'unknown' : outcome,
    attempts,
    ...(error === undefined ? {} : { error }),
  };
}
