import type { Milliseconds } from '../../support/units.ts';
import type { ErrorBudget } from '../checker.ts';

export interface Objective {
  /** In words: `99.9 % accepted`. */
  objective: string;
  /** `not accepted`, `slower than 120 ms`. */
  what: string;
  /** The share that may be bad. */
  allowed: number;
  /** The length of the times of which each must keep it; left out: the whole run is one. */
  overMs?: Milliseconds;
}

/** How much of what an objective allows is used up: counted by second, so that memory does not grow with operations. */
export class Budget {
  readonly #objective: Objective;
  /** By second; nothing for one without any. */
  readonly #all: (number | undefined)[] = [];
  readonly #bad: (number | undefined)[] = [];
  readonly #causes = new Map<string, number>();

  constructor(objective: Objective) {
    this.#objective = objective;
  }

  /** @param t when it was sent @param cause undefined for what is good */
  add(t: Milliseconds, cause: string | undefined): void {
    const second = Math.max(0, Math.floor(t / 1000));
    this.#all[second] = (this.#all[second] ?? 0) + 1;
    if (cause === undefined) return;
    this.#bad[second] = (this.#bad[second] ?? 0) + 1;
    this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + 1);
  }

  result(): ErrorBudget {
    const { objective, what, allowed } = this.#objective;
    const [operations, bad] = [sum(this.#all), sum(this.#bad)];
    const burntBy = (count: number): number => burntOf(count, operations, allowed);
    let used = 0;
    const left = Array.from(this.#all, (_, second) => {
      used += this.#bad[second] ?? 0;
      return 1 - burntBy(used);
    });
    const by = [...this.#causes]
      .map(([cause, count]) => ({ cause, bad: count, burnt: burntBy(count) }))
      .sort((a, b) => b.bad - a.bad);
    return { objective, what, allowed, operations, bad, burnt: burntBy(bad), worst: this.#worst(), by, left };
  }

  /** Of all times of the given length, from second to second, the one in which most of its own budget is used up. */
  #worst(): ErrorBudget['worst'] {
    const { allowed, overMs } = this.#objective;
    const first = this.#all.findIndex((count) => count !== undefined);
    const begin = Math.max(0, first);
    const end = this.#all.length;
    const length = Math.min(end - begin, overMs === undefined ? Infinity : Math.ceil(overMs / 1000));
    let [operations, bad] = [0, 0];
    let worst = { from: begin * 1000, to: end * 1000, operations: 0, bad: 0, burnt: -1 };
    for (let second = begin; second < end; second += 1) {
      operations += this.#all[second] ?? 0;
      bad += this.#bad[second] ?? 0;
      const from = second - length + 1;
      if (from > begin) {
        operations -= this.#all[from - 1] ?? 0;
        bad -= this.#bad[from - 1] ?? 0;
      }
      if (from < begin) continue;
      const burnt = burntOf(bad, operations, allowed);
      if (burnt > worst.burnt) worst = { from: from * 1000, to: (second + 1) * 1000, operations, bad, burnt };
    }
    return { ...worst, burnt: Math.max(0, worst.burnt) };
  }
}

/** Where nothing may be bad, each that is uses up all there is. */
function burntOf(bad: number, operations: number, allowed: number): number {
  if (bad === 0) return 0;
  return allowed === 0 ? bad : bad / (operations * allowed);
}

function sum(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((all, count = 0) => all + count, 0);
}
