/** As many examples as a finding has. */
const MOST = 20;

/** Keeps what has the lowest sequences; of equal ones, what came first. */
export class Lowest<T> {
  readonly #kept: { seq: number; then: number; value: T }[] = [];

  /** @param then decides between equal sequences */
  add(seq: number, value: T, then = 0): void {
    let at = this.#kept.length;
    for (; at > 0; at -= 1) {
      const before = this.#kept[at - 1];
      if (before === undefined || before.seq < seq || (before.seq === seq && before.then <= then)) break;
    }
    if (at >= MOST) return;
    this.#kept.splice(at, 0, { seq, then, value });
    if (this.#kept.length > MOST) this.#kept.pop();
  }

  /** The lowest first. */
  get values(): T[] {
    return this.#kept.map(({ value }) => value);
  }
}

/** How many there are of a kind, and the lowest of them. */
export class Counted<T> {
  count = 0;
  readonly lowest = new Lowest<T>();

  add(seq: number, value: T, then = 0): void {
    this.count += 1;
    this.lowest.add(seq, value, then);
  }
}
