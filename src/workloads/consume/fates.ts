import type { Instead } from '../../history/events.ts';
import { randomFor, shareOf } from '../../support/random.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { ConsumeOptions } from './options.ts';

/**
 * What is left to chance with each message, by its sequence: drawn from the seed of the run and the workload's name, so
 * that it depends on no other message, no member and no time.
 */
export class Fates {
  readonly #shares: readonly (readonly [Instead, upTo: number])[];
  readonly #processing: ConsumeOptions['processing'];
  readonly #seed: number;

  constructor({ mishaps, processing }: ConsumeOptions, seed: number, workload: string) {
    let sum = 0;
    const kinds = (['nak', 'term', 'crash'] as const).filter((kind) => (mishaps?.[kind] ?? 0) > 0);
    this.#shares = kinds.map((kind) => [kind, (sum += mishaps?.[kind] ?? 0)]);
    this.#processing = processing;
    this.#seed = Math.floor(randomFor(seed, workload).next() * 2 ** 31);
  }

  /** What happens in place of its acknowledgement: only once to each message, at its first delivery. */
  of(seq: number, deliveries: number): Instead | undefined {
    if (this.#shares.length === 0 || deliveries > 1) return undefined;
    const share = shareOf(seq, this.#seed);
    return this.#shares.find(([, upTo]) => share < upTo)?.[0];
  }

  /** How long it is worked on. */
  workMs(seq: number): Milliseconds {
    if (typeof this.#processing === 'number') return this.#processing;
    const { min, max } = this.#processing;
    return min + (max - min) * shareOf(seq, ~this.#seed);
  }
}
