/** Lets a loop wait for "something has changed" without polling. */
export class Wakeup {
  #wake: () => void = () => undefined;
  #next = this.#renewed();

  /** Resolves at the first `set` after this call. */
  next(): Promise<void> {
    return this.#next;
  }

  set(): void {
    const wake = this.#wake;
    this.#next = this.#renewed();
    wake();
  }

  #renewed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
