import type { Signal } from './signals.ts';

/** What runs have shown so far, to tell what of a later one is new. */
export class Novelty {
  readonly #known = new Map<string, number | undefined>();

  /** Takes in what a run showed. @returns what of it no earlier run has shown, in words */
  add(signals: readonly Signal[]): string[] {
    const fresh = signals.filter((signal) => this.#isNew(signal));
    for (const { key, value } of fresh) this.#known.set(key, value);
    return [...new Set(fresh.map(({ words }) => words))];
  }

  #isNew({ key, value }: Signal): boolean {
    if (!this.#known.has(key)) return true;
    const before = this.#known.get(key);
    if (value === undefined || before === undefined) return false;
    return key.startsWith('less ') ? value < before : value > before;
  }
}
