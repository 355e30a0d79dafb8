const PAGE_BITS = 65_536;
const PAGE_WORDS = PAGE_BITS / 32;
/** Stands for every page in which no number is missing. */
const FULL = new Uint32Array(PAGE_WORDS).fill(0xffff_ffff);
const NONE = new Uint32Array(PAGE_WORDS);

interface Page {
  words: Uint32Array;
  count: number;
}

/**
 * A set of whole numbers from 0 to 2^53. It needs one bit a number at most, and next to nothing where whole stretches are
 * there or are not; quick for numbers that come nearly in order.
 */
export class Bits {
  readonly #pages = new Map<number, Page>();
  #size = 0;
  #current = -1;
  #page: Page | undefined;

  get size(): number {
    return this.#size;
  }

  has(number: number): boolean {
    const page = this.#pageOf(number);
    if (page === undefined) return false;
    const low = number & (PAGE_BITS - 1);
    return (((page.words[low >>> 5] ?? 0) >>> (low & 31)) & 1) === 1;
  }

  /** @returns whether it was not there before */
  add(number: number): boolean {
    const page = this.#pageOf(number) ?? this.#newPage(number);
    const low = number & (PAGE_BITS - 1);
    const mask = 1 << (low & 31);
    const word = page.words[low >>> 5] ?? 0;
    if ((word & mask) !== 0) return false;
    page.words[low >>> 5] = word | mask;
    page.count += 1;
    this.#size += 1;
    if (page.count === PAGE_BITS) page.words = FULL;
    return true;
  }

  /** How many are in another set too. */
  sizeWith(other: Bits): number {
    let size = 0;
    for (const [at, { words }] of this.#pages) {
      const others = other.#pages.get(at)?.words;
      if (others !== undefined)
        for (let word = 0; word < PAGE_WORDS; word += 1)
          size += ones((words[word] ?? 0) & (others[word] ?? 0));
    }
    return size;
  }

  /** A new set of those that are in none of the others. */
  without(...others: readonly Bits[]): Bits {
    const left = new Bits();
    for (const [at, { words }] of this.#pages) {
      const kept = words.slice();
      for (const other of others) {
        const taken = other.#pages.get(at)?.words ?? NONE;
        for (let word = 0; word < PAGE_WORDS; word += 1) kept[word] = (kept[word] ?? 0) & ~(taken[word] ?? 0);
      }
      left.#put(at, kept);
    }
    return left;
  }

  /** A new set of those that are in it or in any of the others. */
  with(...others: readonly Bits[]): Bits {
    const all = new Bits();
    const pages = new Set([this, ...others].flatMap((one) => [...one.#pages.keys()]));
    for (const at of pages) {
      const words = new Uint32Array(PAGE_WORDS);
      for (const one of [this, ...others]) {
        const there = one.#pages.get(at)?.words ?? NONE;
        for (let word = 0; word < PAGE_WORDS; word += 1)
          words[word] = (words[word] ?? 0) | (there[word] ?? 0);
      }
      all.#put(at, words);
    }
    return all;
  }

  /** The place of each number among all that are there now, from 0 on; -1 for a number that is not there. */
  places(): (number: number) => number {
    const before = new Map<number, Uint32Array>();
    let total = 0;
    for (const [at, { words }] of [...this.#pages].sort(([a], [b]) => a - b)) {
      const counts = new Uint32Array(PAGE_WORDS);
      for (let word = 0; word < PAGE_WORDS; word += 1) {
        counts[word] = total;
        total += ones(words[word] ?? 0);
      }
      before.set(at, counts);
    }
    return (number) => {
      if (!this.has(number)) return -1;
      const low = number & (PAGE_BITS - 1);
      const below = (this.#page?.words[low >>> 5] ?? 0) & ((1 << (low & 31)) - 1);
      return (before.get(this.#current)?.[low >>> 5] ?? 0) + ones(below);
    };
  }

  #pageOf(number: number): Page | undefined {
    const at = number <= 0xffff_ffff ? number >>> 16 : Math.floor(number / PAGE_BITS);
    if (at !== this.#current) {
      this.#current = at;
      this.#page = this.#pages.get(at);
    }
    return this.#page;
  }

  #newPage(number: number): Page {
    const page = { words: new Uint32Array(PAGE_WORDS), count: 0 };
    this.#pages.set(Math.floor(number / PAGE_BITS), page);
    this.#page = page;
    return page;
  }

  #put(at: number, words: Uint32Array): void {
    const count = words.reduce((sum, word) => sum + ones(word), 0);
    if (count === 0) return;
    this.#pages.set(at, { words: count === PAGE_BITS ? FULL : words, count });
    this.#size += count;
  }
}

/** How many bits of a word are set. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return (((bits + (bits >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
}
