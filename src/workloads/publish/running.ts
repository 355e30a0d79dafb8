import type { WorkloadRecord } from '../../history/workload-record.ts';
import { ACKNOWLEDGED, type PublishLog } from '../../history/publish-log.ts';
import type { Connection } from '../../nats/connect.ts';
import type { OutcomeSink, PublishResult } from '../../nats/publish/publisher.ts';
import type { Milliseconds } from '../../support/units.ts';
import { finish } from '../closing.ts';
import { pausePoints } from '../fields.ts';
import { GeneratorWatch } from '../pace/generator-watch.ts';
import { markIn } from '../marking.ts';
import { OfferTally } from '../pace/offer-tally.ts';
import { messagesOf, type Messages } from './messages.ts';
import { Lane } from './lane.ts';
import { demandVersion } from './needs.ts';
import { inFlightOf, type PublishOptions } from './options.ts';
import { scheduleOf } from './pace.ts';
import type { Schedule } from '../pace/schedule.ts';
import { sizesOf } from '../../support/message-sizes.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from '../workload.ts';

/** Bodies also wait in the socket, so large ones must not fill the memory. */
const MAX_IN_FLIGHT_BYTES = 64 * 1024 ** 2;
/** A stream takes 50 batches at once, of all its publishers. */
const MAX_BATCHES_IN_FLIGHT = 32;

/**
 * Begins to publish.
 *
 * @throws ChaosError when it cannot connect, the body is too small for its identity, or the server is too old
 */
export async function startPublishing(
  ctx: WorkloadContext,
  options: PublishOptions,
): Promise<RunningWorkload> {
  const messages = messagesOf(ctx, options);
  const connecting = Array.from({ length: options.publishers }, (_, lane) =>
    ctx.connect({
      name: lane === 0 ? ctx.name : `${ctx.name} ${lane + 1}`,
      ...(options.node === undefined ? {} : { node: options.node }),
    }),
  );
  try {
    const conns = await Promise.all(connecting);
    for (const conn of conns) demandVersion(ctx.name, options, conn.info?.version);
    return new Publishing(ctx, options, messages, conns);
  } catch (error) {
    for (const one of await Promise.allSettled(connecting)) {
      if (one.status === 'fulfilled') await one.value.close();
    }
    throw error;
  }
}

class Publishing implements RunningWorkload, OutcomeSink {
  readonly #ctx: WorkloadContext;
  readonly #options: PublishOptions;
  readonly #messages: Messages;
  readonly #lanes: Lane[];
  readonly #schedule: Schedule | undefined;
  readonly #log: PublishLog;
  readonly #tally = new Tally();
  readonly #watch: GeneratorWatch;
  readonly #offer: OfferTally;
  readonly #pausePoints: number[];
  #state: 'running' | 'paused' | 'stopped' = 'running';
  #sent = 0;
  /** How many messages it may have sent before it pauses by itself. */
  #pauseAt: number;
  #stopping: Promise<void> | undefined;

  constructor(
    ctx: WorkloadContext,
    options: PublishOptions,
    messages: Messages,
    conns: readonly Connection[],
  ) {
    this.#ctx = ctx;
    this.#options = options;
    this.#messages = messages;
    this.#log = ctx.history.publishes(ctx.name);
    this.#schedule = scheduleOf(options);
    this.#watch = new GeneratorWatch(ctx.elapsedMs);
    this.#offer = new OfferTally(this.#watch);
    this.#pausePoints = pausePoints(options.pauseAt);
    this.#pauseAt = this.#nextPause();
    this.#lanes = conns.map((conn, lane) => this.#lane(conn, lane));
    markIn(ctx, 'started');
    this.#restart();
  }

  progress(): WorkloadProgress {
    const { ok, failed, unknown } = this.#tally.totals;
    const finished = this.#state === 'stopped' || this.#sent === this.#options.count;
    return {
      done: ok,
      failed,
      unknown,
      paused: this.#state === 'paused',
      finished: finished && this.#lanes.every(({ publisher }) => publisher.inFlight === 0),
    };
  }

  async pause(): Promise<void> {
    if (this.#state === 'running') this.#pause(`on request, after ${this.#sent} messages`);
    await Promise.all(this.#lanes.map(({ publisher }) => publisher.drained()));
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#pauseAt = this.#nextPause();
    markIn(this.#ctx, 'resumed');
    this.#restart();
  }

  stop(giveUp?: AbortSignal): Promise<void> {
    this.#stopping ??= this.#stop(giveUp);
    return this.#stopping;
  }

  record(): WorkloadRecord {
    const record = this.#tally.record(this.#ctx.name, this.#options.kind, this.#options.stream);
    return this.#schedule === undefined ? record : { ...record, offered: this.#offer.record() };
  }

  acknowledged(n: number, t: Milliseconds, due: Milliseconds, endedAt: Milliseconds, seq: number): void {
    this.#log.append(n, t, t - due, endedAt - t, seq, ACKNOWLEDGED);
    this.#tally.count(t, 'ok', endedAt - due, endedAt - t);
  }

  ended(
    first: number,
    t: Milliseconds,
    due: Milliseconds,
    endedAt: Milliseconds,
    lastSeq: number,
    result: PublishResult,
  ): void {
    const { error, outcome } = result;
    const code = this.#log.codeOf(result);
    const count = this.#messages.form.messagesIn(first);
    for (let at = 0; at < count; at += 1) {
      const seq = lastSeq === 0 ? 0 : lastSeq - (count - 1 - at);
      this.#log.append(first + at, t, t - due, endedAt - t, seq, code);
      if (outcome === 'ok') this.#tally.count(t, outcome, endedAt - due, endedAt - t);
      else this.#tally.count(t, outcome);
    }
    if (error !== undefined) this.#tally.error(error);
  }

  #lane(conn: Connection, lane: number): Lane {
    const { batch = 1, publishers, retries, size, stream, timeout } = this.#options;
    const byBytes = Math.max(1, Math.floor(MAX_IN_FLIGHT_BYTES / sizesOf(size).largest));
    const messages = Math.min(inFlightOf(this.#options), byBytes);
    return new Lane({
      conn,
      messages: this.#messages,
      schedule: this.#schedule,
      lane,
      lanes: publishers,
      stream: stream.split('/')[1] ?? stream,
      timeoutMs: timeout,
      retries,
      maxInFlight: batch === 1 ? messages : Math.min(MAX_BATCHES_IN_FLIGHT, Math.ceil(messages / batch)),
      offer: this.#offer,
      sink: this,
      now: this.#ctx.elapsedMs,
      bound: () => this.#bound(),
      sent: (count) => {
        this.#sent += count;
        if (this.#sent >= this.#pauseAt) this.#pause(`by itself, after ${this.#sent} messages`);
      },
    });
  }

  #restart(): void {
    const now = this.#ctx.elapsedMs();
    const index = Math.min(...this.#lanes.map((lane) => lane.index));
    for (const lane of this.#lanes) lane.restart(now, index);
  }

  #nextPause(): number {
    return this.#pausePoints.find((point) => point > this.#sent) ?? Infinity;
  }

  #bound(): number {
    if (this.#state !== 'running' || this.#ctx.signal.aborted) return 0;
    return Math.min(this.#pauseAt, this.#options.count ?? Infinity);
  }

  #pause(note: string): void {
    this.#state = 'paused';
    for (const lane of this.#lanes) lane.halt();
    markIn(this.#ctx, 'paused', note);
  }

  async #stop(giveUp: AbortSignal | undefined): Promise<void> {
    for (const lane of this.#lanes) lane.stop();
    this.#state = 'stopped';
    const t = this.#ctx.elapsedMs();
    this.#watch.close();
    await Promise.all(
      this.#lanes.map(({ conn, publisher }) => finish(publisher, conn, this.#ctx.signal, giveUp)),
    );
    markIn(this.#ctx, 'stopped', `after ${this.#sent} messages`, t);
  }
}
