import type { Msg } from '@nats-io/transport-node';
import { messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { LinkState } from './link-state.ts';
import { excerpt, parseAck } from './pub-ack.ts';
import { ENDED, type Exchange, type Wait } from './reply-box.ts';

export interface PublisherOptions {
  subject: string;
  /** Name of the stream that must answer. */
  stream: string;
  /** How long each attempt may wait for its answer. */
  timeoutMs: Milliseconds;
  /** How often a message without an answer is sent again. */
  retries: number;
}

/** What became of one message; `unknown` whenever the server may have stored it without saying so. */
export interface PublishResult {
  outcome: 'ok' | 'failed' | 'unknown';
  seq?: number;
  duplicate?: boolean;
  /** First send to the deciding answer. */
  latencyMs?: Milliseconds;
  attempts: number;
  /** The connection was lost while the message was in flight. */
  crossedReconnect: boolean;
  error?: string;
}

export interface OutgoingMessage {
  /** Sent as `Nats-Msg-Id`, the same for every attempt. */
  id: string;
  /** Called for each attempt, so that a body need not be kept. */
  body(): Uint8Array;
  /** Called exactly once. */
  settled(result: PublishResult): void;
}

const RETRY_AFTER_MS = 250;
const LINK_POLL_MS = 50;

/** One message on its way: sent, sent again, or waiting to be. */
export class Sending implements Exchange {
  reply = '';
  readonly #message: OutgoingMessage;
  readonly #options: PublisherOptions;
  readonly #link: LinkState;
  readonly #transmit: (reply: string) => void;
  readonly #sentAt = performance.now();
  readonly #lossesAtStart: number;
  #attempts = 0;
  /** An attempt got no answer, so no later answer but an acknowledgement can settle what became of it. */
  #unanswered = false;
  #waitingSince: Milliseconds | undefined;

  constructor(
    message: OutgoingMessage,
    options: PublisherOptions,
    link: LinkState,
    transmit: (reply: string) => void,
  ) {
    this.#message = message;
    this.#options = options;
    this.#link = link;
    this.#transmit = transmit;
    this.#lossesAtStart = link.losses;
  }

  /** @returns false when it could not even be sent; the outcome is then settled */
  attempt(): boolean {
    this.#attempts += 1;
    this.#waitingSince = undefined;
    try {
      this.#transmit(this.reply);
      return true;
    } catch (error) {
      this.#refused(`not sent: ${messageOf(error)}`);
      return false;
    }
  }

  replied(msg: Msg): Wait {
    if (msg.headers?.code === 503) {
      if (this.#mayRetry()) return this.#wait(RETRY_AFTER_MS);
      return this.#refused(`no stream answers on subject ${this.#options.subject}`);
    }
    const ack = parseAck(msg.data);
    if (ack === undefined) return this.#refused(`an answer that no stream gives: ${excerpt(msg.data)}`);
    if (ack.error !== undefined) return this.#refused(`${ack.error.description} (${ack.error.err_code})`);
    if (ack.stream !== this.#options.stream) {
      return this.#refused(`stream ${ack.stream} answered in place of ${this.#options.stream}`);
    }
    return this.#settle({
      outcome: 'ok',
      seq: ack.seq,
      latencyMs: performance.now() - this.#sentAt,
      ...(ack.duplicate === true ? { duplicate: true } : {}),
    });
  }

  expired(): Wait {
    if (this.#waitingSince === undefined) {
      this.#unanswered = true;
      if (!this.#mayRetry()) return this.#unknown(`no answer within ${this.#options.timeoutMs} ms`);
      this.#waitingSince = performance.now();
    }
    if (this.#link.connected) return this.attempt() ? this.#options.timeoutMs : undefined;
    if (performance.now() - this.#waitingSince < this.#options.timeoutMs) return LINK_POLL_MS;
    return this.#refused('the connection stayed away, so it was not sent again');
  }

  abandoned(why: string): void {
    this.#unknown(why);
  }

  #mayRetry(): boolean {
    return this.#attempts <= this.#options.retries;
  }

  #wait(ms: Milliseconds): Milliseconds {
    this.#waitingSince = performance.now();
    return ms;
  }

  /** An attempt certainly stored nothing; an earlier one still may have. */
  #refused(error: string): Wait {
    return this.#settle({ outcome: this.#unanswered ? 'unknown' : 'failed', error });
  }

  #unknown(error: string): Wait {
    return this.#settle({ outcome: 'unknown', error });
  }

  #settle(result: Omit<PublishResult, 'attempts' | 'crossedReconnect'>): Wait {
    this.#message.settled({
      ...result,
      attempts: this.#attempts,
      crossedReconnect: this.#link.losses !== this.#lossesAtStart,
    });
    return ENDED;
  }
}
