/**
 * What each message of one publisher says the last sequence of its stream, or of its subject, is: the server stores it only
 * if that is so. It is known from the publisher's own acknowledgements, so only one message for each may be in flight.
 */
export class ExpectedSequences {
  readonly #header: string;
  /** By what has a last sequence of its own: the stream, or a subject. */
  readonly #last: Float64Array;
  readonly #inFlight: Uint8Array;

  /** @param subjects how many there are; message `n` goes to `(n - 1) % subjects` */
  constructor(of: 'stream' | 'subject', subjects: number) {
    this.#header = of === 'stream' ? 'Nats-Expected-Last-Sequence' : 'Nats-Expected-Last-Subject-Sequence';
    const count = of === 'stream' ? 1 : subjects;
    this.#last = new Float64Array(count).fill(NaN);
    this.#inFlight = new Uint8Array(count);
  }

  /** Whether the outcome of the message before it is known. */
  isReady(n: number): boolean {
    return this.#inFlight[this.#place(n)] === 0;
  }

  sent(n: number): void {
    this.#inFlight[this.#place(n)] = 1;
  }

  /** Empty for the first message, which takes what there is. */
  headersOf(n: number): string {
    const last = this.#last[this.#place(n)] as number;
    return Number.isNaN(last) ? '' : `${this.#header}: ${last}\r\n`;
  }

  /** @param seq 0 where it was not stored, or nobody knows */
  ended(n: number, seq: number, error?: string): void {
    const at = this.#place(n);
    this.#inFlight[at] = 0;
    if (seq > 0) this.#last[at] = seq;
    // The server says what it would have accepted: a publisher that never learned it could not go on.
    else if (error !== undefined && WRONG.test(error)) this.#last[at] = Number(WRONG.exec(error)?.[1] ?? NaN);
  }

  #place(n: number): number {
    return (n - 1) % this.#last.length;
  }
}

const WRONG = /wrong last sequence(?:: (\d+))?/;
