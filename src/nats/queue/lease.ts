import type { Msg } from '@nats-io/transport-node';
import type { Checked } from '../../fleet/checked.ts';
import type { RunKey } from '../../fleet/names.ts';
import type { RunRequest } from '../../fleet/run-request.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';

const NANOS = 1_000_000;
const CONFIRM_MS: Milliseconds = 5_000;

/** A run that one worker has, until its lease runs out; then JetStream gives it to another. */
export class Lease {
  readonly key: RunKey;
  /** Hash of the needs that it was queued under. */
  readonly needs: string;
  /** What is to be run, or why nobody can read it. */
  readonly request: Checked<RunRequest>;
  /** From 1: how often it has been delivered since it was queued. */
  readonly delivery: number;
  /** No other delivery of the run has it, also after the run was withdrawn and queued again: `<sequence>.<delivery>`. */
  readonly id: string;
  readonly #conn: Connection;
  readonly #reply: string;

  constructor(
    conn: Connection,
    { reply = '' }: Pick<Msg, 'reply'>,
    run: { key: RunKey; needs: string; request: Checked<RunRequest> },
  ) {
    this.#conn = conn;
    this.#reply = reply;
    const { sequence, delivery } = numbersIn(reply);
    this.delivery = delivery;
    this.id = `${sequence}.${delivery}`;
    this.key = run.key;
    this.needs = run.needs;
    this.request = run.request;
  }

  /** Begins the lease anew. Not confirmed: an extension that is lost is followed by another. */
  extend(): void {
    this.#answer('+WPI');
  }

  /** Takes it off the queue. @returns whether the server has confirmed it; it may be off the queue all the same */
  async done(): Promise<boolean> {
    try {
      await this.#conn.request(this.#reply, '+ACK', { timeout: CONFIRM_MS });
      return true;
    } catch {
      return false;
    }
  }

  /** Another worker, or this one, gets it again. */
  giveBack(delayMs: Milliseconds): void {
    this.#answer(`-NAK ${JSON.stringify({ delay: delayMs * NANOS })}`);
  }

  /** A connection that is closed for good answers nothing; the lease runs out. */
  #answer(word: string): void {
    if (!this.#conn.isClosed()) this.#conn.publish(this.#reply, word);
  }
}

/** `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence in the stream>.…`, or with a domain and an account after `ACK`. */
function numbersIn(reply: string): { sequence: number; delivery: number } {
  const tokens = reply.split('.');
  const [delivery, sequence] = tokens.slice(tokens.length > 9 ? 6 : 4).map(Number);
  return { delivery: numberOr(1, delivery), sequence: numberOr(0, sequence) };
}

function numberOr(other: number, number: number | undefined): number {
  return Number.isSafeInteger(number) ? (number ?? other) : other;
}
