import type { Instead } from '../../history/events.ts';
import type { Connection } from '../../nats/connect.ts';
import type { MessageSource } from '../../nats/consume/source.ts';
import { cutOff } from '../../nats/cut-off.ts';
import { watchLink, type LinkState } from '../../nats/link-state.ts';
import { messageOf } from '../../support/errors.ts';
import { finish } from '../closing.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { Gathering } from './gathering.ts';
import { Mover } from './mover.ts';
import { SlotQueue } from './slots.ts';
import { batchOf, openSource } from './source.ts';
import type { Work } from './work.ts';

const MAX_ACKS_IN_FLIGHT = 1024;
const MIN_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 500;

/** Everything that ends with a connection. */
interface Session {
  conn: Connection;
  link: LinkState;
  source: MessageSource;
  acks: Acknowledgements;
  gathering: Gathering | undefined;
}

/** One of the consumers that share a workload: a connection, what it holds, and the message that it works on. */
export class Member {
  readonly #work: Work;
  readonly #index: number;
  readonly #batch: number;
  readonly #held = new SlotQueue();
  readonly #mover: Mover | undefined;
  /** Undefined after a crash, until it is connected again. */
  #session: Session | undefined;
  #sessions = 0;
  /** Works on the first message of `#held`. */
  #task: NodeJS.Timeout | undefined;
  #reassure: NodeJS.Timeout | undefined;
  #backoff: NodeJS.Timeout | undefined;
  #backoffMs = 0;
  /** In `goOn`, which what it calls may call again. */
  #goingOn = false;

  constructor(work: Work, index: number, conn: Connection) {
    this.#work = work;
    this.#index = index;
    this.#batch = batchOf(work.options);
    const { reconnectEvery, members } = work.options;
    if (reconnectEvery !== undefined)
      this.#mover = new Mover(reconnectEvery, (reconnectEvery * index) / members, () => this.#move());
    this.#begin(conn);
  }

  get isOffline(): boolean {
    return this.#session?.link.connected !== true;
  }

  /** How many messages it was asked for, or has, that are not dealt with. */
  get open(): number {
    return (this.#session?.source.outstanding ?? 0) + this.#held.length;
  }

  /** Whether it has asked for messages that may still come, or has some that it can deal with. */
  get isBusy(): boolean {
    const { acknowledges, full } = this.#work;
    return this.#task !== undefined || this.open > (full && !acknowledges ? this.#held.length : 0);
  }

  /** Acknowledgements without an outcome, those included that were not sent yet. */
  get unacknowledged(): number {
    const { acks, gathering } = this.#session ?? {};
    return (acks?.inFlight ?? 0) + (gathering?.size ?? 0);
  }

  /** Processes what is held, and asks for more, as far as it may. */
  goOn(): void {
    if (this.#goingOn) return;
    this.#goingOn = true;
    while (this.#mayProcess()) this.#processNext();
    if (this.#held.length === 0) this.#session?.source.caughtUp();
    this.#pullMore();
    this.#goingOn = false;
    this.#work.changed();
  }

  /** Wants no more messages until it goes on. */
  hold(): void {
    this.#session?.source.hold();
  }

  sweep(): void {
    this.#session?.acks.expire();
    if (this.#held.length === 0) this.#session?.gathering?.flushIdle(this.#work.now());
  }

  /** Resolves once nothing waits for an outcome. */
  async drained(): Promise<void> {
    this.#session?.gathering?.flush();
    await this.#session?.acks.drained();
  }

  /** The message that it works on stays unacknowledged, as with any consumer that dies. */
  interrupt(): void {
    this.#endTask();
    this.goOn();
  }

  async stop(giveUp: AbortSignal | undefined): Promise<void> {
    const closed = this.#session?.source.close();
    clearTimeout(this.#backoff);
    this.#mover?.stop();
    const leave = (): void => this.interrupt();
    giveUp?.addEventListener('abort', leave, { once: true });
    if (giveUp?.aborted === true) leave();
    while (this.#task !== undefined) await this.#work.nextChange();
    giveUp?.removeEventListener('abort', leave);
    await closed;
    const session = this.#session;
    session?.gathering?.flush();
    if (session !== undefined) await finish(session.acks, session.conn, this.#work.signal, giveUp);
    this.#leaveAll();
  }

  #begin(conn: Connection): void {
    const { slots, rows, options, acknowledges } = this.#work;
    const link = watchLink(conn);
    this.#sessions += 1;
    const acks = new Acknowledgements(conn, link, slots, rows, {
      member: this.#index,
      acknowledgement: !acknowledges ? 'none' : options.confirm ? 'confirmed' : 'unconfirmed',
      timeoutMs: options.ackTimeout,
      elapsedMs: () => this.#work.now(),
      ended: (deliveredAt, outcome, latencyMs, error) => {
        this.#work.ended(deliveredAt, outcome, latencyMs, error);
        this.goOn();
      },
    });
    const source = openSource(conn, link, options, this.#work.target, {
      received: (msg, delivery) => {
        const slot = this.#work.take(this.#index, msg, delivery);
        if (slot < 0) return;
        this.#held.push(slot);
        this.goOn();
      },
      ended: (error) => this.#pullEnded(error),
    });
    const gathering = options.ack === 'all' ? new Gathering(slots, acks, options.ackEvery) : undefined;
    this.#session = { conn, link, source, acks, gathering };
    link.onChange(() => {
      this.#mover?.linkChanged(link.connected, conn);
      this.goOn();
    });
  }

  #pullEnded(error: string | undefined): void {
    if (error === undefined) this.#backoffMs = 0;
    else {
      this.#work.error(error);
      if (this.#backoff === undefined && this.#work.state !== 'stopped') this.#backOff(() => this.goOn());
    }
    this.goOn();
  }

  #backOff(next: () => void): void {
    this.#backoffMs = Math.min(MAX_BACKOFF_MS, Math.max(MIN_BACKOFF_MS, this.#backoffMs * 2));
    this.#backoff = setTimeout(() => {
      this.#backoff = undefined;
      next();
    }, this.#backoffMs);
  }

  #mayProcess(): boolean {
    const { state, full, acknowledges, signal } = this.#work;
    return (
      this.#held.length > 0 &&
      this.#task === undefined &&
      this.#session !== undefined &&
      this.#session.acks.inFlight < MAX_ACKS_IN_FLIGHT &&
      state !== 'stopped' &&
      (acknowledges || !full) &&
      !signal.aborted
    );
  }

  #processNext(): void {
    const slot = this.#held.first;
    const seq = this.#work.slots.seq[slot] as number;
    if (this.#work.full && !this.#work.isProcessed(seq)) {
      this.#held.shift();
      this.#session?.acks.reject(slot);
      return;
    }
    const ms = this.#work.options.processing === 0 ? 0 : this.#work.fates.workMs(seq);
    if (ms === 0) this.#process();
    else this.#beginTask(slot, ms);
  }

  #beginTask(slot: number, ms: number): void {
    this.#task = setTimeout(() => {
      this.#endTask();
      this.#process();
      this.goOn();
    }, ms);
    const { inProgress } = this.#work.options;
    if (inProgress !== undefined && inProgress < ms)
      this.#reassure = setInterval(() => this.#session?.acks.inProgress(slot), inProgress);
  }

  #endTask(): void {
    clearTimeout(this.#task);
    clearInterval(this.#reassure);
    this.#task = undefined;
  }

  #process(): void {
    const session = this.#session;
    if (session === undefined) return;
    const slot = this.#held.first;
    const { slots, options, fates } = this.#work;
    const seq = slots.seq[slot] as number;
    this.#held.shift();
    const fate = fates.of(seq, slots.deliveries[slot] as number);
    if (fate === undefined) {
      if (session.gathering === undefined) session.acks.acknowledge(slot);
      else session.gathering.add(slot, this.#work.now());
      this.#work.processed(seq);
      return;
    }
    this.#work.count(fate);
    if (fate === 'nak') session.acks.reject(slot, options.mishaps?.nakDelay);
    else if (fate === 'crash') this.#crash(slot, session);
    else {
      session.acks.giveUp(slot);
      this.#work.processed(seq);
    }
  }

  /** What it held stays unacknowledged, and nobody knows what became of acknowledgements that were under way. */
  #crash(slot: number, { conn, source, acks, gathering }: Session): void {
    this.#session = undefined;
    this.#work.rows.left(slot, 'crash');
    for (const other of gathering?.takeAll() ?? []) this.#work.rows.left(other, 'crash');
    acks.close('the consumer crashed');
    void source.close();
    this.#leaveAll('crash');
    void cutOff(conn);
    void this.#reconnect();
  }

  #leaveAll(instead?: Instead): void {
    while (this.#held.length > 0) {
      this.#work.rows.left(this.#held.first, instead);
      this.#held.shift();
    }
  }

  async #reconnect(): Promise<void> {
    try {
      const conn = await this.#work.connect(this.#index, this.#sessions);
      if (this.#work.state === 'stopped') await conn.close();
      else this.#begin(conn);
      this.goOn();
    } catch (error) {
      if (this.#work.state === 'stopped' || this.#work.signal.aborted) return;
      this.#work.error(messageOf(error));
      this.#backOff(() => {
        void this.#reconnect();
      });
    }
  }

  #move(): Connection | undefined {
    if (this.#session?.link.connected !== true) return undefined;
    this.#work.count('reconnect');
    return this.#session.conn;
  }

  #pullMore(): void {
    const source = this.#session?.source;
    if (source === undefined) return;
    for (let wanted = this.#wanted(source); wanted > 0; wanted = this.#wanted(source)) source.pull(wanted);
  }

  /** How many messages to ask for now. */
  #wanted({ free, outstanding }: MessageSource): number {
    if (free === 0 || this.#backoff !== undefined || this.isOffline) return 0;
    const { state, full, signal, options } = this.#work;
    if (state !== 'running' || full || signal.aborted) return 0;
    const { threshold } = options.pull;
    const held = this.#held.length;
    if (threshold !== undefined) {
      const waiting = outstanding + held;
      return waiting > threshold ? 0 : Math.min(this.#batch - waiting, this.#work.room());
    }
    // While it works on a batch the next one would only wait, and be delivered again.
    if (held > 0 || (options.processing !== 0 && outstanding > 0)) return 0;
    return Math.min(this.#batch, this.#work.room());
  }
}
