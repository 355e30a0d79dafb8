import type { Msg } from '@nats-io/transport-node';
import { throwIfAborted } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Connection } from './connect.ts';
import { ENDED, ReplyBox, type Exchange, type Wait } from './reply-box.ts';

/** One message as the stream's leader holds it. */
export interface StoredMessage {
  seq: number;
  subject: string;
  body: Uint8Array;
}

const ANSWER_MS = 1000;
const RETRY_AFTER_MS = 100;
/** The server drops requests of its API when too many wait; this is far from it, and enough to keep it busy. */
const AT_ONCE = 128;

/** What is read, and until when. */
export interface ReadSource {
  conn: Connection;
  stream: string;
  /** On the monotonic clock. */
  deadline: Milliseconds;
  signal?: AbortSignal | undefined;
}

/** What a stream holds at a sequence: `undefined` when it holds nothing there. */
export interface Reading {
  seq: number;
  message: StoredMessage | undefined;
}

/**
 * Reads messages by their sequence, in the order given. Asks the stream's leader for each, so that it needs no
 * consumer, whatever the stream's retention, and reads mirrors too.
 *
 * @throws ChaosError `timeout` when a message is not answered for in time, `aborted`, or `failed` with the
 *   server's reason
 */
export async function* readStored(source: ReadSource, sequences: Iterable<number>): AsyncGenerator<Reading> {
  const { conn, signal } = source;
  const box = new ReplyBox(conn);
  const interrupt = (): void => {
    box.close('interrupted');
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  const window: { seq: number; message: Promise<StoredMessage | undefined> }[] = [];
  try {
    for (const seq of sequences) {
      throwIfAborted(signal);
      const message = ask(source, box, seq);
      message.catch(() => undefined); // seen when its turn comes, or not at all
      window.push({ seq, message });
      if (window.length < AT_ONCE) continue;
      for (const next of window.splice(0, AT_ONCE / 2)) yield { seq: next.seq, message: await next.message };
    }
    for (const next of window) yield { seq: next.seq, message: await next.message };
  } finally {
    signal?.removeEventListener('abort', interrupt);
    box.close('the reading ended');
  }
}

function ask(source: ReadSource, box: ReplyBox, seq: number): Promise<StoredMessage | undefined> {
  const { conn, stream, deadline } = source;
  return new Promise((resolve, reject) => {
    const send = (): void => {
      conn.publish(`$JS.API.STREAM.MSG.GET.${stream}`, `{"seq":${seq}}`, { reply });
    };
    const fail = (why: string): Wait => {
      reject(new ChaosError('failed', `sequence ${seq} of ${stream} cannot be read: ${why}`));
      return ENDED;
    };
    let asked = true;
    const exchange: Exchange = {
      replied: (msg) => {
        const answer = parse(msg);
        if (answer === 'busy') {
          asked = false;
          return RETRY_AFTER_MS;
        }
        if (typeof answer === 'string') return fail(answer);
        resolve(answer);
        return ENDED;
      },
      expired: () => {
        if (performance.now() > deadline) {
          const why = asked ? 'no answer' : 'no leader';
          reject(new ChaosError('timeout', `sequence ${seq} of ${stream} was not read in time: ${why}`));
          return ENDED;
        }
        asked = true;
        if (!conn.isClosed()) send();
        return ANSWER_MS;
      },
      abandoned: (why) => void fail(why),
    };
    const reply = box.open(exchange, ANSWER_MS);
    send();
  });
}

interface Answer {
  message?: { seq: number; subject: string; data?: string };
  error?: { code: number; err_code: number; description: string };
}

const NO_MESSAGE_FOUND = 10037;

function parse(msg: Msg): StoredMessage | undefined | 'busy' | (string & {}) {
  if (msg.headers?.code === 503) return 'busy';
  const { message, error } = msg.json<Answer>();
  if (error?.err_code === NO_MESSAGE_FOUND) return undefined;
  if (error !== undefined) return error.code === 503 ? 'busy' : error.description;
  if (message === undefined) return 'an answer without a message';
  return { seq: message.seq, subject: message.subject, body: Buffer.from(message.data ?? '', 'base64') };
}
