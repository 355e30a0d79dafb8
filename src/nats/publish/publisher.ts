import { createInbox, type Msg } from '@nats-io/transport-node';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';
import type { LinkState } from '../link-state.ts';
import { Frames } from './frames.ts';
import type { MessageForm } from './message-form.ts';
import { excerpt, parseAck, SequenceReader } from './pub-ack.ts';

export interface PublisherOptions {
  /** Name of the stream that must answer. */
  stream: string;
  /** How long each attempt may wait for its answer. */
  timeoutMs: Milliseconds;
  /** How often a message without an answer is sent again. */
  retries: number;
  /** How many may be in flight at once. */
  maxInFlight: number;
  form: MessageForm;
  /** The clock of all times that are reported, in ms. */
  now: () => Milliseconds;
}

/** The outcome of a message; `unknown` whenever the server may have stored it without an answer. */
export interface PublishResult {
  outcome: 'ok' | 'failed' | 'unknown';
  attempts: number;
  duplicate?: true;
  /** The connection was lost while the message was in flight. */
  crossedReconnect?: true;
  error?: string;
}

/**
 * Told of each outcome, exactly once. `n` is the number of the message, or of the first one of a batch; `t` when it was
 * first sent, `dueMs` as it was given, `endedAt` when its outcome was known.
 */
export interface OutcomeSink {
  /** It was acknowledged at its first attempt: nearly all are, so this call makes no object. */
  acknowledged(n: number, t: Milliseconds, dueMs: Milliseconds, endedAt: Milliseconds, seq: number): void;
  /** @param seq 0 without one */
  ended(
    n: number,
    t: Milliseconds,
    dueMs: Milliseconds,
    endedAt: Milliseconds,
    seq: number,
    result: PublishResult,
  ): void;
}

const RETRY_AFTER_MS = 250;
const LINK_POLL_MS = 50;
const SWEEP_EVERY_MS = 10;
/** Of an unused place: no deadline. */
const NEVER = Infinity;

/**
 * Acknowledged publishing with many messages in flight, on one reply subscription and one timer. What is in flight is kept in
 * arrays, at the place `token & mask`; the token is in the reply subject, and its message alone may be settled by the reply.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #link: LinkState;
  readonly #sink: OutcomeSink;
  readonly #frames: Frames;
  readonly #sequences = new SequenceReader();
  readonly #prefix = `${createInbox()}.`;
  readonly #subscription: { unsubscribe(): void };
  readonly #drained: (() => void)[] = [];
  #sweep: NodeJS.Timeout | undefined;
  #inFlight = 0;
  #nextToken = 0;
  /** Power of two: stragglers keep their places while later messages come and go. */
  readonly #mask: number;
  readonly #token: Float64Array;
  readonly #n: Float64Array;
  readonly #t: Float64Array;
  readonly #due: Float64Array;
  /** When something has to be done about it. */
  readonly #deadline: Float64Array;
  /** Since when it has been waiting to be sent again; `NEVER` while it waits for an answer. */
  readonly #waitingSince: Float64Array;
  readonly #attempts: Uint8Array;
  /** An attempt got no answer: from then on only an acknowledgement makes the outcome known. */
  readonly #unanswered: Uint8Array;
  readonly #lossesAtStart: Uint32Array;

  constructor(conn: Connection, link: LinkState, options: PublisherOptions, sink: OutcomeSink) {
    this.#options = options;
    this.#link = link;
    this.#sink = sink;
    this.#frames = new Frames(conn, options.form.largestBytes);
    const places = 2 ** Math.ceil(Math.log2(options.maxInFlight * 2));
    this.#mask = places - 1;
    this.#token = new Float64Array(places).fill(-1);
    this.#n = new Float64Array(places);
    this.#t = new Float64Array(places);
    this.#due = new Float64Array(places);
    this.#deadline = new Float64Array(places).fill(NEVER);
    this.#waitingSince = new Float64Array(places);
    this.#attempts = new Uint8Array(places);
    this.#unanswered = new Uint8Array(places);
    this.#lossesAtStart = new Uint32Array(places);
    this.#subscription = conn.subscribe(`${this.#prefix}*`, {
      callback: (error, msg) => {
        if (error === null) this.#replied(msg);
        else this.close(messageOf(error));
      },
    });
    void conn.closed().then(() => {
      this.close('the connection was closed');
    });
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Sends at once. The caller checks the link first: a message sent on a lost link may be sent later or never.
   *
   * @param n the number of the message, or of the first one of a batch
   * @param dueMs when it was to be sent
   */
  send(n: number, dueMs: Milliseconds, t = this.#options.now()): void {
    let token = this.#nextToken;
    while (this.#token[token & this.#mask] !== -1) token += 1;
    this.#nextToken = token + 1;
    const at = token & this.#mask;
    this.#token[at] = token;
    this.#n[at] = n;
    this.#t[at] = t;
    this.#due[at] = dueMs;
    this.#attempts[at] = 0;
    this.#unanswered[at] = 0;
    this.#lossesAtStart[at] = this.#link.losses;
    this.#inFlight += 1;
    this.#attempt(at);
    this.#sweep ??= setInterval(() => {
      this.#expire();
    }, SWEEP_EVERY_MS);
  }

  /** Resolves once every message in flight has its outcome. */
  drained(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** Gives up on everything in flight: its outcome is unknown. */
  close(why: string): void {
    this.#subscription.unsubscribe();
    for (let at = 0; at <= this.#mask; at += 1) if (this.#token[at] !== -1) this.#end(at, 'unknown', why);
  }

  #attempt(at: number): void {
    const attempts = (this.#attempts[at] as number) + 1;
    this.#attempts[at] = attempts;
    this.#waitingSince[at] = NEVER;
    this.#deadline[at] =
      (attempts === 1 ? (this.#t[at] as number) : this.#options.now()) + this.#options.timeoutMs;
    const reply = this.#prefix + String(this.#token[at]);
    try {
      this.#options.form.write(this.#frames, this.#n[at] as number, reply);
    } catch (error) {
      this.#refused(at, `not sent: ${messageOf(error)}`);
    }
  }

  #replied(msg: Msg): void {
    const token = Number(msg.subject.slice(this.#prefix.length));
    const at = token & this.#mask;
    if (this.#token[at] !== token) return;
    const { data } = msg;
    const seq = this.#sequences.read(data);
    if (seq > 0 && this.#attempts[at] === 1 && this.#lossesAtStart[at] === this.#link.losses) {
      const n = this.#n[at] as number;
      const t = this.#t[at] as number;
      const due = this.#due[at] as number;
      this.#free(at);
      this.#sink.acknowledged(n, t, due, this.#options.now(), seq);
      if (this.#inFlight === 0) this.#emptied();
    } else this.#answered(at, data, msg);
  }

  #answered(at: number, data: Uint8Array, msg: Msg): void {
    const n = this.#n[at] as number;
    const { form, stream } = this.#options;
    if (msg.headers?.code === 503) {
      if (this.#mayRetry(at)) this.#wait(at, RETRY_AFTER_MS);
      else this.#refused(at, `no stream answers on subject ${form.subjectOf(n)}`);
      return;
    }
    const ack = parseAck(data);
    if (ack === undefined) {
      this.#refused(at, `the answer is not from a stream: ${excerpt(data)}`);
      return;
    }
    if (ack.error !== undefined) {
      this.#refused(at, `${ack.error.description} (${ack.error.err_code})`);
      return;
    }
    if (ack.stream !== stream) {
      this.#refused(at, `stream ${ack.stream} answered in place of ${stream}`);
      return;
    }
    const wanted = form.messagesIn(n);
    if (wanted > 1 && ack.count !== wanted) {
      this.#end(at, 'unknown', `the answer counts ${ack.count ?? 0} messages of a batch of ${wanted}`);
      return;
    }
    if (ack.duplicate !== true && ack.count === undefined) this.#sequences.learn(data);
    this.#end(at, 'ok', undefined, ack.seq, ack.duplicate === true);
  }

  /** Looks after everything whose time has come: first attempts, and those that wait to be sent again. */
  #expire(): void {
    const now = this.#options.now();
    for (let at = 0; at <= this.#mask; at += 1) {
      if ((this.#deadline[at] as number) <= now) this.#expired(at, now);
    }
    if (this.#inFlight > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #expired(at: number, now: Milliseconds): void {
    const { timeoutMs } = this.#options;
    if (this.#waitingSince[at] === NEVER) {
      this.#unanswered[at] = 1;
      if (!this.#mayRetry(at)) {
        this.#end(at, 'unknown', `no answer within ${timeoutMs} ms`);
        return;
      }
      this.#waitingSince[at] = now;
    }
    if (this.#link.connected) this.#attempt(at);
    else if (now - (this.#waitingSince[at] as number) < timeoutMs) this.#deadline[at] = now + LINK_POLL_MS;
    else this.#refused(at, 'the connection did not come back, so it was not sent again');
  }

  #mayRetry(at: number): boolean {
    return (this.#attempts[at] as number) <= this.#options.retries;
  }

  #wait(at: number, ms: Milliseconds): void {
    this.#waitingSince[at] = this.#options.now();
    this.#deadline[at] = this.#options.now() + ms;
  }

  /** This attempt certainly stored nothing; an earlier one may have. */
  #refused(at: number, error: string): void {
    this.#end(at, this.#unanswered[at] === 1 ? 'unknown' : 'failed', error);
  }

  #end(at: number, outcome: PublishResult['outcome'], error?: string, seq = 0, duplicate = false): void {
    const result: PublishResult = {
      outcome,
      attempts: this.#attempts[at] as number,
      ...(duplicate ? { duplicate } : {}),
      ...(this.#link.losses === this.#lossesAtStart[at] ? {} : { crossedReconnect: true }),
      ...(error === undefined ? {} : { error }),
    };
    const n = this.#n[at] as number;
    const t = this.#t[at] as number;
    const due = this.#due[at] as number;
    this.#free(at);
    this.#sink.ended(n, t, due, this.#options.now(), seq, result);
    if (this.#inFlight === 0) this.#emptied();
  }

  #free(at: number): void {
    this.#token[at] = -1;
    this.#deadline[at] = NEVER;
    this.#inFlight -= 1;
  }

  #emptied(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}
