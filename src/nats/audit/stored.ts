import { createInbox, type Msg } from '@nats-io/transport-node';
import { throwIfAborted } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { headerLines } from './header-lines.ts';
import type { ReadSource, StoredMessage, StoredSink } from './reading.ts';

const ANSWER_MS = 1000;
const RETRY_AFTER_MS = 100;
const LOOK_EVERY_MS = 50;
/** Far below the number of waiting API requests at which the server drops some, and enough to keep it busy. */
const AT_ONCE = 128;

/**
 * Reads messages by their sequence, in the order given. Asks the stream's leader for each, so it needs no consumer,
 * works with every retention, and reads mirrors too.
 *
 * @throws ChaosError `timeout` when nothing was read for too long, `aborted`, or `failed` with the server's reason
 */
export async function readStored(
  source: ReadSource,
  sequences: Iterable<number>,
  sink: StoredSink,
): Promise<void> {
  throwIfAborted(source.signal);
  const reader = new StoredReader(source, sequences, sink);
  const interrupt = (): void => reader.fail(new ChaosError('aborted', 'interrupted'));
  source.signal?.addEventListener('abort', interrupt, { once: true });
  try {
    await reader.done;
  } finally {
    source.signal?.removeEventListener('abort', interrupt);
    reader.close();
  }
}

/** One question to the stream's leader. */
interface Question {
  seq: number;
  /** When it is asked (again) if there is no answer. */
  askAt: Milliseconds;
  /** Nobody leads the stream: nothing has taken the last question. */
  busy: boolean;
  answer: StoredMessage | 'nothing' | undefined;
}

/** Asks for a window of messages at once, and hands them on in their order. */
class StoredReader {
  readonly done: Promise<void>;
  readonly #source: ReadSource;
  readonly #sequences: Iterator<number>;
  readonly #sink: StoredSink;
  readonly #prefix = `${createInbox()}.`;
  readonly #subscription: { unsubscribe(): void };
  readonly #timer: NodeJS.Timeout;
  readonly #window: Question[] = [];
  /** The number of the first question of the window: their numbers are their reply subjects. */
  #first = 0;
  #asked = false;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(source: ReadSource, sequences: Iterable<number>, sink: StoredSink) {
    this.#source = source;
    this.#sequences = sequences[Symbol.iterator]();
    this.#sink = sink;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#subscription = source.conn.subscribe(`${this.#prefix}*`, {
      callback: (error, msg) => {
        if (error === null) this.#answered(msg);
        else this.fail(error);
      },
    });
    void source.conn
      .closed()
      .then(() => this.fail(new ChaosError('failed', `stream ${source.stream}: the connection was closed`)));
    this.#timer = setInterval(() => this.#askAgain(), LOOK_EVERY_MS);
    this.#fill();
  }

  fail(error: Error): void {
    this.#reject(error);
  }

  close(): void {
    clearInterval(this.#timer);
    if (!this.#source.conn.isClosed()) this.#subscription.unsubscribe();
  }

  #fill(): void {
    while (!this.#asked && this.#window.length < AT_ONCE) {
      const next = this.#sequences.next();
      if (next.done === true) this.#asked = true;
      else {
        const question: Question = { seq: next.value, askAt: 0, busy: false, answer: undefined };
        this.#ask(question, this.#first + this.#window.push(question) - 1);
      }
    }
    if (this.#asked && this.#window.length === 0) this.#resolve();
  }

  #ask(question: Question, number: number): void {
    const { conn, stream } = this.#source;
    question.askAt = performance.now() + ANSWER_MS;
    question.busy = false;
    try {
      conn.publish(`$JS.API.STREAM.MSG.GET.${stream}`, `{"seq":${question.seq}}`, {
        reply: this.#prefix + String(number),
      });
    } catch (error) {
      this.#refused(question, messageOf(error));
    }
  }

  #answered(msg: Msg): void {
    const question = this.#window[Number(msg.subject.slice(this.#prefix.length)) - this.#first];
    if (question === undefined || question.answer !== undefined) return;
    const answer = parse(msg);
    if (answer === 'busy') {
      question.busy = true;
      question.askAt = performance.now() + RETRY_AFTER_MS;
    } else if ('refusal' in answer) this.#refused(question, answer.refusal);
    else {
      question.answer = answer.message ?? 'nothing';
      this.#handOn();
    }
  }

  #handOn(): void {
    let count = 0;
    for (const { seq, answer } of this.#window) {
      if (answer === undefined) break;
      if (answer === 'nothing') this.#sink.missing(seq);
      else this.#sink.found(seq, answer);
      count += 1;
    }
    if (count === 0) return;
    this.#source.progress.made();
    this.#window.splice(0, count);
    this.#first += count;
    if (this.#source.signal?.aborted !== true) this.#fill();
  }

  #askAgain(): void {
    const now = performance.now();
    const [oldest] = this.#window;
    if (oldest !== undefined && this.#source.progress.stalled) {
      const why = oldest.busy ? 'no leader' : 'no answer';
      const text = `sequence ${oldest.seq} of ${this.#source.stream} was not read in time: ${why}`;
      this.fail(new ChaosError('timeout', text));
      return;
    }
    for (const [at, question] of this.#window.entries())
      if (question.answer === undefined && question.askAt <= now) this.#ask(question, this.#first + at);
  }

  #refused({ seq }: Question, why: string): void {
    this.fail(new ChaosError('failed', `sequence ${seq} of ${this.#source.stream} cannot be read: ${why}`));
  }
}

interface MessageResponse {
  message?: { seq: number; subject: string; data?: string; hdrs?: string; time: string };
  error?: { code: number; err_code: number; description: string };
}

const NO_MESSAGE_FOUND = 10037;

function parse(msg: Msg): { message: StoredMessage | undefined } | { refusal: string } | 'busy' {
  if (msg.headers?.code === 503) return 'busy';
  const { message, error } = msg.json<MessageResponse>();
  if (error?.err_code === NO_MESSAGE_FOUND) return { message: undefined };
  if (error !== undefined) return error.code === 503 ? 'busy' : { refusal: error.description };
  if (message === undefined) return { refusal: 'an answer without a message' };
  const { subject, data = '', hdrs = '', time } = message;
  const headers = hdrs === '' ? '' : headerLines(Buffer.from(hdrs, 'base64').toString());
  return { message: { subject, body: Buffer.from(data, 'base64'), time: microseconds(time), headers } };
}

/** Of `2026-03-04T05:06:07.123456789Z`, whose fraction has no zeros at its end, or is not there; since 1970. */
function microseconds(time: string): number {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return Date.parse(time.replace(/\.\d+/, '')) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}
