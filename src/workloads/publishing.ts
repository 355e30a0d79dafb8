import type { PublishEvent } from '../history/events.ts';
import type { WorkloadRecord } from '../history/record.ts';
import { watchLink, type LinkState } from '../nats/link-state.ts';
import { bodyOf, identityOf } from '../nats/message.ts';
import { Publisher, type PublishResult } from '../nats/publisher.ts';
import type { Connection } from '../nats/connect.ts';
import { finish } from './closing.ts';
import { pausePoints } from './fields.ts';
import { markIn } from './marking.ts';
import { Pacer } from './pacer.ts';
import type { PublishOptions } from './publish-options.ts';
import { Tally } from './tally.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from './workload.ts';

const DEFAULT_RATE = 100;
/** Bodies wait in the socket as well, so that large ones must not fill the memory. */
const MAX_IN_FLIGHT_BYTES = 64 * 1024 ** 2;

/** Begins to publish. @throws ChaosError when the connection or the first body is impossible */
export async function startPublishing(
  ctx: WorkloadContext,
  options: PublishOptions,
): Promise<RunningWorkload> {
  bodyOf(identityOf(ctx.runId, ctx.name, options.count ?? 999_999_999), options.size);
  const conn = await ctx.connect({
    name: ctx.name,
    ...(options.node === undefined ? {} : { node: options.node }),
  });
  return new Publishing(ctx, options, conn);
}

class Publishing implements RunningWorkload {
  readonly #ctx: WorkloadContext;
  readonly #options: PublishOptions;
  readonly #conn: Connection;
  readonly #link: LinkState;
  readonly #publisher: Publisher;
  readonly #pacer: Pacer;
  readonly #tally = new Tally();
  readonly #maxInFlight: number;
  /** Room is used again once this few are in flight: one write for many messages, not one for each. */
  readonly #refillAt: number;
  readonly #pausePoints: number[];
  #state: 'running' | 'paused' | 'stopped' = 'running';
  #sent = 0;
  /** Something is due and has no room. */
  #blocked = false;
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;

  constructor(ctx: WorkloadContext, options: PublishOptions, conn: Connection) {
    this.#ctx = ctx;
    this.#options = options;
    this.#conn = conn;
    this.#link = watchLink(conn);
    this.#publisher = new Publisher(conn, this.#link, {
      subject: options.subject,
      stream: options.stream.split('/')[1] ?? options.stream,
      timeoutMs: options.timeout,
      retries: options.retries,
    });
    this.#pacer = new Pacer(
      options.interval === undefined ? (options.rate ?? DEFAULT_RATE) : 1000 / options.interval,
    );
    this.#maxInFlight = Math.min(
      options.maxInFlight,
      Math.max(1, Math.floor(MAX_IN_FLIGHT_BYTES / options.size)),
    );
    this.#refillAt = Math.floor(this.#maxInFlight * 0.75);
    this.#pausePoints = pausePoints(options.pauseAt);
    markIn(this.#ctx, 'started');
    this.#pacer.restart(performance.now());
    this.#link.onChange(() => {
      this.#tick();
    });
    this.#tick();
  }

  progress(): WorkloadProgress {
    const { ok, failed, unknown } = this.#tally.totals;
    const finished = this.#state === 'stopped' || this.#sent === this.#options.count;
    return {
      done: ok,
      failed,
      unknown,
      paused: this.#state === 'paused',
      finished: finished && this.#publisher.inFlight === 0,
    };
  }

  async pause(): Promise<void> {
    if (this.#state === 'running') this.#pause(`on request, after ${this.#sent} messages`);
    await this.#publisher.drained();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    markIn(this.#ctx, 'resumed');
    this.#pacer.restart(performance.now());
    this.#tick();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  record(): WorkloadRecord {
    return this.#tally.record(this.#ctx.name, this.#options.kind, this.#options.stream);
  }

  /** Sends what is due and has room, and comes back when more is. */
  #tick(): void {
    clearTimeout(this.#timer);
    if (!this.#mayGoOn()) return;
    const now = performance.now();
    for (let due = this.#pacer.due(now); due > 0 && this.#hasRoom(); due -= 1) {
      this.#send();
      if (!this.#mayGoOn()) return;
    }
    this.#blocked = !this.#hasRoom();
    if (this.#blocked) return; // the next outcome, or the reconnect, calls again
    this.#timer = setTimeout(() => {
      this.#tick();
    }, this.#pacer.nextInMs(performance.now()));
  }

  #mayGoOn(): boolean {
    return this.#state === 'running' && this.#sent !== this.#options.count && !this.#ctx.signal.aborted;
  }

  #hasRoom(): boolean {
    return this.#link.connected && this.#publisher.inFlight < this.#maxInFlight;
  }

  #send(): void {
    this.#pacer.take();
    const n = ++this.#sent;
    const t = this.#ctx.elapsedMs();
    const id = identityOf(this.#ctx.runId, this.#ctx.name, n);
    this.#publisher.send({
      id,
      body: () => bodyOf(id, this.#options.size),
      settled: (result) => {
        this.#settled(t, n, id, result);
      },
    });
    if (this.#pausePoints.includes(n)) this.#pause(`by itself, after ${n} messages`);
  }

  #settled(t: number, n: number, id: string, result: PublishResult): void {
    const { crossedReconnect, ...rest } = result;
    const event: PublishEvent = {
      type: 'publish',
      t,
      workload: this.#ctx.name,
      stream: this.#options.stream,
      n,
      id,
      ...rest,
      ...(crossedReconnect ? { crossedReconnect } : {}),
    };
    this.#ctx.history.append(event);
    this.#tally.count(t, result.outcome, result.latencyMs);
    if (result.error !== undefined) this.#tally.error(result.error);
    if (!this.#blocked || this.#publisher.inFlight > this.#refillAt) return;
    this.#blocked = false;
    // Not at once: an outcome may be known before `send` has returned.
    queueMicrotask(() => {
      this.#tick();
    });
  }

  #pause(note: string): void {
    this.#state = 'paused';
    clearTimeout(this.#timer);
    markIn(this.#ctx, 'paused', note);
  }

  async #stop(): Promise<void> {
    this.#state = 'stopped';
    clearTimeout(this.#timer);
    await finish(this.#publisher, this.#conn, this.#ctx.signal);
    markIn(this.#ctx, 'stopped', `after ${this.#sent} messages`);
  }
}
