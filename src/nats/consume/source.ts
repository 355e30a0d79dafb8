import type { Msg } from '@nats-io/transport-node';
import type { AckSubject } from './ack-subject.ts';

/** Where messages come from: a batch for each time that it is asked, or, of a push consumer, whenever there are some. */
export interface MessageSource {
  /** How many more pulls may be opened now; of a push consumer 1 while nothing is subscribed, and 0 then. */
  readonly free: number;
  /** How many messages it was asked for that have neither come nor been given up. */
  readonly outstanding: number;
  /**
   * Asks for at most `batch` messages; `ended` follows once they have arrived, none come in time, or on failure. A push
   * consumer is subscribed to, and sends as many as it likes.
   */
  pull(batch: number): void;
  /** No more messages are wanted until the next pull. */
  hold(): void;
  /** All that came is dealt with: a server that waits for that goes on. */
  caughtUp(): void;
  /**
   * Takes no more messages. The server delivers those that it has already sent again after the consumer's ack wait. A source
   * that makes consumers resolves once the last one is being deleted, for which it needs its connection.
   */
  close(): void | Promise<void>;
}

export interface SourceEvents {
  /** Called for every message, also for one that arrives after its pull has ended; `delivery` is only valid meanwhile. */
  received(msg: Msg, delivery: AckSubject): void;
  /** A pull, or the subscription, ended; `error` when it failed, `missing` of its messages have not come. */
  ended(error: string | undefined, missing: number): void;
}
