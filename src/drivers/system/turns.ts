/** Runs what is asked for one thing in order, each after the one before, whether that failed or not. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** @param key what the calls are about: calls of one key never run at the same time */
  async run<T>(key: string, call: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(call);
    this.#last.set(key, turn);
    return turn;
  }
}
