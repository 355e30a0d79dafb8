import type { Milliseconds } from '../../support/units.ts';

/** Told when operations of a workload were due, and, in the order of time, when none succeeded. */
export interface AvailabilityListener {
  /** An operation that was due while it ran was sent (publish), or delivered (consume). */
  operation(t: Milliseconds): void;
  /** From the first operation that was due after a success to the next success, or to the end of what was due. */
  window(from: Milliseconds, to: Milliseconds): void;
}

/** Finds the times in which something was due and nothing succeeded, told what happens in the order of time. */
export class Windows {
  readonly #window: (from: Milliseconds, to: Milliseconds) => void;
  /** Undefined while nothing is due. */
  #from: Milliseconds | undefined;

  constructor(window: (from: Milliseconds, to: Milliseconds) => void) {
    this.#window = window;
  }

  /** From now on operations are due. */
  begin(t: Milliseconds): void {
    this.#from = t;
  }

  /** From now on none are. */
  end(t: Milliseconds): void {
    if (this.#from !== undefined && t > this.#from) this.#window(this.#from, t);
    this.#from = undefined;
  }

  /** @param next when the next operation is due */
  success(t: Milliseconds, next: Milliseconds): void {
    if (this.#from === undefined) return;
    if (t > this.#from) this.#window(this.#from, t);
    this.#from = next;
  }
}
