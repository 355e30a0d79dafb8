import { asChaosError } from '../../support/system-errors.ts';
import { complainOf } from '../output.ts';

/**
 * Writes the requested files beside the result. A file that cannot be written is reported once, does not stop the
 * others, and makes the command fail in the end.
 */
export class Attempts {
  readonly #complained = new Set<string>();

  /** Whether anything could not be written. */
  get failed(): boolean {
    return this.#complained.size > 0;
  }

  /** @returns whether it succeeded */
  try(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (thrown) {
      this.fail(thrown);
      return false;
    }
  }

  fail(thrown: unknown): void {
    const error = asChaosError(thrown);
    if (!this.#complained.has(error.message)) complainOf(error);
    this.#complained.add(error.message);
  }
}
