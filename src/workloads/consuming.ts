import type { WorkloadRecord } from '../history/record.ts';
import { Acker, type AckResult } from '../nats/acker.ts';
import type { Connection } from '../nats/connect.ts';
import { watchLink, type LinkState } from '../nats/link-state.ts';
import { identityIn } from '../nats/message.ts';
import { Puller, type PulledMessage } from '../nats/puller.ts';
import { sleep } from '../support/deadline.ts';
import type { Milliseconds } from '../support/units.ts';
import { finish } from './closing.ts';
import type { ConsumeOptions } from './consume-options.ts';
import { pausePoints } from './fields.ts';
import { markIn } from './marking.ts';
import { Tally } from './tally.ts';
import { Wakeup } from './wakeup.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from './workload.ts';

const MAX_ACKS_IN_FLIGHT = 256;
const MIN_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 500;

/** Begins to consume; a consumer that is not there yet is asked for again and again. */
export async function startConsuming(
  ctx: WorkloadContext,
  options: ConsumeOptions,
): Promise<RunningWorkload> {
  const conn = await ctx.connect({
    name: ctx.name,
    ...(options.node === undefined ? {} : { node: options.node }),
  });
  return new Consuming(ctx, options, conn);
}

class Consuming implements RunningWorkload {
  readonly #ctx: WorkloadContext;
  readonly #options: ConsumeOptions;
  readonly #conn: Connection;
  readonly #link: LinkState;
  readonly #puller: Puller;
  readonly #acker: Acker;
  readonly #tally = new Tally();
  /** Set off by whatever may let the loop go on. */
  readonly #wakeup = new Wakeup();
  readonly #pausePoints: number[];
  readonly #processed = new Set<number>();
  readonly #held: PulledMessage[] = [];
  readonly #loop: Promise<void>;
  #state: 'running' | 'paused' | 'stopped' = 'running';
  /** A pull is open, or the pause after one that failed. */
  #pulling = false;
  /** A message is out of `#held` and not yet through. */
  #busy = false;
  /** It has reached one of its own limits: what comes in on top is given back. */
  #full = false;
  #backoffMs = 0;
  #stopping: Promise<void> | undefined;

  constructor(ctx: WorkloadContext, options: ConsumeOptions, conn: Connection) {
    const [, stream = '', consumer = ''] = options.consumer.split('/');
    this.#ctx = ctx;
    this.#options = options;
    this.#conn = conn;
    this.#link = watchLink(conn);
    this.#link.onChange(() => {
      this.#wakeup.set();
    });
    this.#acker = new Acker(conn, this.#link, options.ackTimeout);
    this.#puller = new Puller(conn, this.#link, {
      stream,
      consumer,
      received: (message) => {
        this.#received(message);
      },
    });
    this.#pausePoints = pausePoints(options.pauseAt);
    ctx.signal.addEventListener('abort', () => {
      this.#wakeup.set();
    });
    markIn(this.#ctx, 'started');
    this.#loop = this.#run();
  }

  progress(): WorkloadProgress {
    const finished = this.#state === 'stopped' || this.#processed.size === this.#options.count;
    return {
      done: this.#processed.size,
      failed: this.#tally.totals.failed,
      unknown: this.#tally.totals.unknown,
      paused: this.#state === 'paused',
      finished: finished && this.#acker.inFlight === 0,
    };
  }

  async pause(): Promise<void> {
    if (this.#state === 'running') this.#pause(`on request, after ${this.#processed.size} messages`);
    while (this.#state === 'paused' && (this.#pulling || this.#busy || this.#held.length > 0)) {
      await this.#wakeup.next();
    }
    await this.#acker.drained();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#full = this.#processed.size === this.#options.count;
    markIn(this.#ctx, 'resumed');
    this.#wakeup.set();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  record(): WorkloadRecord {
    return this.#tally.record(this.#ctx.name, this.#options.kind, this.#options.consumer);
  }

  async #run(): Promise<void> {
    while (this.#state !== 'stopped' && !this.#ctx.signal.aborted) {
      const woken = this.#wakeup.next();
      const allowance = Math.min(this.#options.batch, this.#bound() - this.#processed.size);
      if (this.#held.length > 0 && this.#acker.inFlight < MAX_ACKS_IN_FLIGHT) await this.#processNext();
      else if (this.#held.length > 0 || this.#pulling || this.#state !== 'running') await woken;
      else if (allowance <= 0 || !this.#link.connected) await woken;
      else void this.#pull(allowance);
    }
  }

  /** How many messages may be processed before it pauses, or ends, by itself. */
  #bound(): number {
    const next = this.#pausePoints.find((point) => point > this.#processed.size);
    return Math.min(next ?? Infinity, this.#options.count ?? Infinity);
  }

  async #pull(batch: number): Promise<void> {
    this.#pulling = true;
    const { error } = await this.#puller.pull(batch);
    if (error === undefined) this.#backoffMs = 0;
    else {
      this.#tally.error(error);
      this.#backoffMs = Math.min(MAX_BACKOFF_MS, Math.max(MIN_BACKOFF_MS, this.#backoffMs * 2));
      await sleep(this.#backoffMs);
    }
    this.#pulling = false;
    this.#wakeup.set();
  }

  #received(message: PulledMessage): void {
    const { seq, deliveries } = message;
    const t = this.#ctx.elapsedMs();
    const { name: workload, runId, history } = this.#ctx;
    const consumer = this.#options.consumer;
    history.append({
      type: 'deliver',
      t,
      workload,
      consumer,
      seq,
      id: identityIn(message.body, runId),
      deliveries,
    });
    if (deliveries > 1 || this.#processed.has(seq)) this.#tally.redelivered += 1;
    this.#held.push(message);
    this.#wakeup.set();
  }

  async #processNext(): Promise<void> {
    const message = this.#held.shift();
    if (message === undefined) return;
    const isNew = !this.#processed.has(message.seq);
    if (isNew && this.#full) {
      this.#acker.nak(message.ackSubject);
      return;
    }
    this.#busy = true;
    if (this.#options.processing > 0) await this.#work();
    this.#busy = false;
    if (this.#ctx.signal.aborted) return;
    this.#acknowledge(message);
    this.#processed.add(message.seq);
    if (isNew) this.#limit(this.#processed.size);
    this.#wakeup.set();
  }

  async #work(): Promise<void> {
    // An interrupt ends it early; the message then stays unacknowledged, as with any consumer that dies.
    await sleep(this.#options.processing, this.#ctx.signal).catch(() => undefined);
  }

  #acknowledge({ seq, ackSubject }: PulledMessage): void {
    const begunAt = this.#ctx.elapsedMs();
    this.#acker.ack(ackSubject, (result) => {
      this.#acknowledged(seq, begunAt, result);
    });
  }

  #acknowledged(seq: number, begunAt: Milliseconds, result: AckResult): void {
    const { name: workload, history } = this.#ctx;
    const consumer = this.#options.consumer;
    history.append({ type: 'ack', t: this.#ctx.elapsedMs(), workload, consumer, seq, ...result });
    this.#tally.count(begunAt, result.outcome, result.latencyMs);
    if (result.error !== undefined) this.#tally.error(result.error);
    this.#wakeup.set();
  }

  /** Pauses or ends at the workload's own limits. */
  #limit(processed: number): void {
    if (processed === this.#options.count) this.#full = true;
    if (!this.#pausePoints.includes(processed)) return;
    this.#full = true;
    if (this.#state === 'running') this.#pause(`by itself, after ${processed} messages`);
  }

  #pause(note: string): void {
    this.#state = 'paused';
    markIn(this.#ctx, 'paused', note);
  }

  async #stop(): Promise<void> {
    this.#state = 'stopped';
    this.#puller.close();
    this.#wakeup.set();
    await this.#loop;
    await finish(this.#acker, this.#conn, this.#ctx.signal);
    markIn(this.#ctx, 'stopped', `after ${this.#processed.size} messages`);
  }
}
