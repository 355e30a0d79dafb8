import type { Milliseconds } from '../support/units.ts';
import type { OverTime } from './checker.ts';

const STEPS = 128;
const SHORTEST_MS = 100;

/** Counts cases over time in at most 128 steps: they double in length as often as it takes. */
export class Steps {
  readonly #counts = new Array<number>(STEPS).fill(0);
  #everyMs = SHORTEST_MS;
  #used = 0;

  add(t: Milliseconds): void {
    while (t >= this.#everyMs * STEPS) this.#double();
    const at = Math.max(0, Math.floor(t / this.#everyMs));
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#used = Math.max(this.#used, at + 1);
  }

  /** Undefined where there were none. */
  overTime(what: string): OverTime | undefined {
    if (this.#used === 0) return undefined;
    return { what, everyMs: this.#everyMs, counts: this.#counts.slice(0, this.#used) };
  }

  #double(): void {
    for (let at = 0; at < STEPS; at += 1)
      this.#counts[at] = (this.#counts[2 * at] ?? 0) + (this.#counts[2 * at + 1] ?? 0);
    this.#everyMs *= 2;
    this.#used = Math.ceil(this.#used / 2);
  }
}
