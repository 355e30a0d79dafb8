import type { Msg } from '@nats-io/transport-node';
import type { Instead, Outcome } from '../../history/events.ts';
import type { WorkloadRecord } from '../../history/workload-record.ts';
import type { Connection } from '../../nats/connect.ts';
import type { AckSubject } from '../../nats/consume/ack-subject.ts';
import { Attempts } from '../../nats/consume/attempts.ts';
import { Sender } from '../../nats/sender.ts';
import { SequenceSet } from '../../nats/sequence-set.ts';
import type { Milliseconds } from '../../support/units.ts';
import { pausePoints } from '../fields.ts';
import { markIn } from '../marking.ts';
import { Tally } from '../tally.ts';
import { Wakeup } from '../wakeup.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from '../workload.ts';
import { Fates } from './fates.ts';
import { Member } from './member.ts';
import { acknowledges, consumedTarget, type ConsumeOptions } from './options.ts';
import { DeliveryRows } from './rows.ts';
import { CAPACITY, Slots } from './slots.ts';
import type { Work } from './work.ts';

const SWEEP_EVERY_MS = 25;
/** A delivery without an outcome gets its row after this time, so that it is in the history soon. */
const ROW_WITHIN_MS = 500;

/** Begins to consume; while the consumer does not exist yet, it is asked for again and again. */
export async function startConsuming(
  ctx: WorkloadContext,
  options: ConsumeOptions,
): Promise<RunningWorkload> {
  const members = Array.from({ length: options.members }, (_, at) => connectMember(ctx, options, at, 0));
  const opened = await Promise.allSettled(members);
  const failed = opened.find((one) => one.status === 'rejected');
  const connections = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (failed === undefined) return new Consuming(ctx, options, connections);
  await Promise.allSettled(connections.map((conn) => conn.close()));
  throw failed.reason;
}

function connectMember(
  ctx: WorkloadContext,
  { node, members }: ConsumeOptions,
  member: number,
  begun: number,
): Promise<Connection> {
  return ctx.connect({
    name: members === 1 ? ctx.name : `${ctx.name}-${member + 1}`,
    ...(node === undefined ? {} : { node }),
    ...(member + begun === 0 ? {} : { first: member + begun }),
  });
}

class Consuming implements RunningWorkload, Work {
  readonly options: ConsumeOptions;
  readonly target: string;
  readonly slots = new Slots();
  readonly rows: DeliveryRows;
  readonly fates: Fates;
  readonly signal: AbortSignal;
  readonly acknowledges: boolean;
  state: Work['state'] = 'running';
  full = false;
  readonly #ctx: WorkloadContext;
  readonly #members: readonly Member[];
  readonly #sender: Sender;
  readonly #processed = new SequenceSet();
  /** By member. */
  readonly #attempts: readonly Attempts[];
  readonly #tally = new Tally();
  readonly #counts = new Map<string, number>();
  /** Set by every change that somebody may wait for. */
  readonly #wakeup = new Wakeup();
  readonly #pausePoints: number[];
  readonly #sweeper: NodeJS.Timeout;
  #position = 0;
  #stopping: Promise<void> | undefined;

  constructor(ctx: WorkloadContext, options: ConsumeOptions, connections: readonly Connection[]) {
    this.#ctx = ctx;
    this.options = options;
    this.target = consumedTarget(options, ctx.name);
    this.signal = ctx.signal;
    this.acknowledges = acknowledges(options);
    this.fates = new Fates(options, ctx.seed, ctx.name);
    this.#sender = new Sender(ctx.runId, ctx.publishers);
    this.rows = new DeliveryRows(ctx.history.deliveries(ctx.name, options.members), this.slots);
    this.#pausePoints = pausePoints(options.pauseAt);
    this.#attempts = connections.map(() => new Attempts());
    this.#members = connections.map((conn, at) => new Member(this, at, conn));
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_EVERY_MS);
    ctx.signal.addEventListener('abort', () => this.#members.forEach((member) => member.interrupt()));
    markIn(this.#ctx, 'started');
    this.#goOn();
  }

  progress(): WorkloadProgress {
    const finished = this.state === 'stopped' || this.#processed.size === this.options.count;
    const isOffline = this.#members.every((member) => member.isOffline);
    return {
      done: this.#processed.size,
      failed: this.#tally.totals.failed,
      unknown: this.#tally.totals.unknown,
      paused: this.state === 'paused',
      finished: finished && this.#members.every((member) => member.unacknowledged === 0),
      ...(isOffline ? { offline: true } : {}),
      position: this.#position,
    };
  }

  async pause(): Promise<void> {
    if (this.state === 'running') this.#pause(`on request, after ${this.#processed.size} messages`);
    while (this.state === 'paused' && this.#members.some((member) => member.isBusy))
      await this.#wakeup.next();
    await Promise.all(this.#members.map((member) => member.drained()));
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'running';
    this.full = this.#processed.size === this.options.count;
    markIn(this.#ctx, 'resumed');
    this.#goOn();
  }

  stop(giveUp?: AbortSignal): Promise<void> {
    this.#stopping ??= this.#stop(giveUp);
    return this.#stopping;
  }

  record(): WorkloadRecord {
    return this.#tally.record(this.#ctx.name, this.options.kind, this.target);
  }

  now(): Milliseconds {
    return this.#ctx.elapsedMs();
  }

  connect(member: number, begun: number): Promise<Connection> {
    return connectMember(this.#ctx, this.options, member, begun);
  }

  take(member: number, msg: Msg, delivery: AckSubject): number {
    const { seq } = delivery;
    const t = this.#ctx.elapsedMs();
    if (this.slots.full) this.rows.makeRoom();
    if (this.slots.full) {
      this.error(`a slow consumer: ${CAPACITY} messages wait here, and more are dropped as they come`);
      return -1;
    }
    this.#position = Math.max(this.#position, seq);
    this.#sender.read(msg.data);
    const isKnown = this.#processed.has(seq);
    if (delivery.deliveries > 1 || isKnown) this.#tally.redelivered += 1;
    const deliveries = this.#attempts[member]?.countOf(delivery, isKnown) ?? delivery.deliveries;
    const { by, n } = this.#sender;
    const slot = this.slots.take(t, seq, by, n, deliveries, msg.reply ?? '', member);
    this.rows.arrived(slot);
    return slot;
  }

  isProcessed(seq: number): boolean {
    return this.#processed.has(seq);
  }

  processed(seq: number): void {
    if (this.#processed.add(seq)) this.#limit(this.#processed.size);
  }

  room(): number {
    const bound = this.#bound();
    if (bound === Infinity) return bound;
    return this.#members.reduce((left, member) => left - member.open, bound - this.#processed.size);
  }

  ended(deliveredAt: Milliseconds, outcome: Outcome, latencyMs?: Milliseconds, error?: string): void {
    this.#tally.count(deliveredAt, outcome, latencyMs);
    if (error !== undefined) this.#tally.error(error);
  }

  count(what: Instead | 'reconnect'): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  error(text: string): void {
    this.#tally.error(text);
  }

  changed(): void {
    this.#wakeup.set();
  }

  nextChange(): Promise<void> {
    return this.#wakeup.next();
  }

  #goOn(): void {
    for (const member of this.#members) member.goOn();
  }

  /** How many messages may be processed before it pauses, or ends, by itself. */
  #bound(): number {
    const next = this.#pausePoints.find((point) => point > this.#processed.size);
    return Math.min(next ?? Infinity, this.options.count ?? Infinity);
  }

  /** Pauses or ends at the workload's own limits. */
  #limit(processed: number): void {
    if (processed === this.options.count) this.full = true;
    if (this.#pausePoints.includes(processed)) {
      this.full = true;
      if (this.state === 'running') this.#pause(`by itself, after ${processed} messages`);
    } else if (this.full) this.#hold();
  }

  #pause(note: string): void {
    this.state = 'paused';
    markIn(this.#ctx, 'paused', note);
    this.#hold();
  }

  #hold(): void {
    for (const member of this.#members) member.hold();
  }

  #sweep(): void {
    for (const member of this.#members) member.sweep();
    this.rows.writeBefore(this.#ctx.elapsedMs() - ROW_WITHIN_MS);
  }

  async #stop(giveUp: AbortSignal | undefined): Promise<void> {
    this.state = 'stopped';
    const t: Milliseconds = this.#ctx.elapsedMs();
    await Promise.all(this.#members.map((member) => member.stop(giveUp)));
    clearInterval(this.#sweeper);
    markIn(this.#ctx, 'stopped', this.#note(), t);
  }

  #note(): string {
    const counts = [...this.#counts].map(([what, times]) => `${times} ${WORDS[what] ?? what}`);
    return [`after ${this.#processed.size} messages`, ...counts].join(', ');
  }
}

const WORDS: Readonly<Record<string, string>> = {
  nak: 'rejected',
  term: 'given up',
  crash: 'crashes',
  reconnect: 'reconnects',
};
