import type { AckSubject } from './ack-subject.ts';

/**
 * Tells first deliveries, by the server's count, that stand for an earlier one that never arrived: where nobody listens
 * at the inbox of a pull, as while a node that was paused or cut off comes back, the server takes its count back and
 * delivers again, after what it has delivered since (`didNotDeliver` in its consumer.go); and a new leader begins after
 * the last delivery that a majority knows of. The sequence of the consumer shows both, as it counts every attempt.
 * Attempts that went to other readers of the consumer look the same here.
 */
export class Attempts {
  #highest = 0;
  #position = 0;
  #lost = 0;

  /**
   * Takes the next delivery to one reader.
   *
   * @param isKnown whether its message was delivered before
   * @returns the count for the history: the server's, or 0; each attempt that never arrived is good for one of these
   */
  countOf({ seq, deliveries, consumerSeq }: Counted, isKnown: boolean): number {
    if (consumerSeq > this.#highest) {
      this.#lost += consumerSeq - this.#highest - 1;
      this.#highest = consumerSeq;
    }
    const late = deliveries === 1 && seq < this.#position && !isKnown;
    this.#position = Math.max(this.#position, seq);
    if (!late || this.#lost === 0) return deliveries;
    this.#lost -= 1;
    return 0;
  }
}

type Counted = Pick<AckSubject, 'seq' | 'deliveries' | 'consumerSeq'>;
