/** Lets others wait for "something has changed" without polling; costs next to nothing while nobody waits. */
export class Wakeup {
  #waiting: (() => void)[] = [];

  /** Resolves at the first `set` after this call. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  set(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
