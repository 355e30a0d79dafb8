import type { Bytes } from '../../support/units.ts';
import type { ExpectedSequences } from './expected-sequences.ts';
import type { Frames } from './frames.ts';

export interface MessageFormOptions {
  /** `<run>/<workload>/`: the identity of message `n` is this and its number. */
  identityPrefix: string;
  /** Message `n` goes to the subject `(n - 1) % length`. */
  subjects: readonly string[];
  /** The body of message `n`; `largestBytes` at most. */
  sizeOf: (n: number) => Bytes;
  largestBytes: Bytes;
  /** Headers of every message. */
  headers: Readonly<Record<string, string>>;
  /** Whether each carries its identity as `Nats-Msg-Id`, so that the stream stores it once only. */
  messageIds: boolean;
  expected?: ExpectedSequences;
  /** So many consecutive messages are stored together or not at all. */
  batch?: { size: number; /** The number of the last message there will be. */ last: number };
}

/** Makes the messages of a workload from their numbers, always the same. */
export class MessageForm {
  readonly largestBytes: Bytes;
  readonly #options: MessageFormOptions;
  readonly #headers: string;

  constructor(options: MessageFormOptions) {
    this.#options = options;
    this.largestBytes = options.largestBytes;
    this.#headers = Object.entries(options.headers)
      .map(([name, value]) => line(name, value))
      .join('');
  }

  subjectOf(n: number): string {
    const { subjects } = this.#options;
    return subjects[(n - 1) % subjects.length] as string;
  }

  /** How many messages are sent with message `n` as the first: one, or a batch. */
  messagesIn(n: number): number {
    const { batch } = this.#options;
    return batch === undefined ? 1 : Math.min(batch.size, batch.last - n + 1);
  }

  /** Sends message `n`, or the batch that begins with it. @throws Error when it cannot be sent */
  write(frames: Frames, n: number, reply: string): void {
    const { batch, expected, identityPrefix, messageIds, sizeOf } = this.#options;
    if (batch !== undefined) {
      this.#writeBatch(frames, n, reply);
      return;
    }
    const identity = identityPrefix + String(n);
    let headers = this.#headers;
    if (messageIds) headers += line('Nats-Msg-Id', identity);
    if (expected !== undefined) headers += expected.headersOf(n);
    frames.add(this.subjectOf(n), reply, headers, identity, sizeOf(n));
  }

  /** The stream answers to the last message of a batch for all of them. */
  #writeBatch(frames: Frames, first: number, reply: string): void {
    const { identityPrefix, sizeOf } = this.#options;
    const count = this.messagesIn(first);
    const id = `${identityPrefix.slice(-MAX_BATCH_PREFIX)}${first}`;
    for (let at = 1; at <= count; at += 1) {
      const n = first + at - 1;
      const headers =
        this.#headers +
        line('Nats-Batch-Id', id) +
        line('Nats-Batch-Sequence', String(at)) +
        (at === count ? line('Nats-Batch-Commit', '1') : '');
      frames.add(
        this.subjectOf(n),
        at === count ? reply : '',
        headers,
        identityPrefix + String(n),
        sizeOf(n),
      );
    }
  }
}

/** So that a batch's id stays within the 64 characters that servers allow. */
const MAX_BATCH_PREFIX = 50;

function line(name: string, value: string): string {
  return `${name}: ${value}\r\n`;
}
