const PAGE_BITS = 16;
const PAGE_WORDS = 2 ** PAGE_BITS / 32;

/** A set of stream sequences in pages of bits: ten million that follow one another take 1.3 MB. */
export class SequenceSet {
  readonly #pages = new Map<number, Uint32Array>();
  #page: Uint32Array | undefined;
  #pageNumber = -1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(seq: number): boolean {
    const page = this.#pageOf(seq);
    return page !== undefined && ((page[(seq >>> 5) & (PAGE_WORDS - 1)] ?? 0) & (1 << (seq & 31))) !== 0;
  }

  /** @returns whether it is new */
  add(seq: number): boolean {
    let page = this.#pageOf(seq);
    if (page === undefined) {
      page = new Uint32Array(PAGE_WORDS);
      this.#pages.set(this.#pageNumber, page);
      this.#page = page;
    }
    const word = (seq >>> 5) & (PAGE_WORDS - 1);
    const before = page[word] ?? 0;
    const after = (before | (1 << (seq & 31))) >>> 0;
    if (before === after) return false;
    page[word] = after;
    this.#size += 1;
    return true;
  }

  /** Sequences come in runs, so the page of the last one is usually that of the next. */
  #pageOf(seq: number): Uint32Array | undefined {
    const number = Math.floor(seq / 2 ** PAGE_BITS);
    if (number !== this.#pageNumber) {
      this.#pageNumber = number;
      this.#page = this.#pages.get(number);
    }
    return this.#page;
  }
}
