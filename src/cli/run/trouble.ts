import { type ChaosError } from '../../support/errors.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { printStack } from '../endings.ts';
import { ExitCode } from '../exit-codes.ts';
import { complain } from '../output.ts';

/** By then the undo has used its own budget several times. */
const HANGS_AFTER_MS = 180_000;

/** Problems of the program itself during a run: the first one ends the run in good order, as an interrupt does. */
export class Trouble {
  readonly #controller = new AbortController();
  #first: ChaosError | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  /**
   * Fires when the run must end: at an interrupt, with the signal's name as reason; or at a problem, with the error as
   * reason.
   */
  readonly signal: AbortSignal;

  constructor(interrupts: AbortSignal) {
    this.signal = AbortSignal.any([interrupts, this.#controller.signal]);
  }

  get first(): ChaosError | undefined {
    return this.#first;
  }

  /** Fires at a problem, and not at an interrupt. */
  get own(): AbortSignal {
    return this.#controller.signal;
  }

  /** @param doing what was going on, in words */
  readonly note = (thrown: unknown, doing?: string): void => {
    printStack(thrown);
    if (this.#first !== undefined) return;
    this.#first = asChaosError(thrown, doing);
    this.#watchdog = setTimeout(giveUp, HANGS_AFTER_MS);
    this.#controller.abort(this.#first);
  };

  /** Runs something that may fail. @returns its result, or undefined when the failure was recorded */
  readonly guard = async <T>(work: () => Promise<T> | T, doing: string): Promise<T | undefined> => {
    try {
      return await work();
    } catch (thrown) {
      this.note(thrown, doing);
      return undefined;
    }
  };

  /** The run has ended. */
  over(): void {
    clearTimeout(this.#watchdog);
  }
}

/** While it is on, uncaught errors are recorded and end the run, not the program. @returns turns it off */
export function noteCrashes(trouble: Trouble): () => void {
  const crash = (thrown: unknown): void => trouble.note(thrown);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  return () => {
    process.off('uncaughtException', crash);
    process.off('unhandledRejection', crash);
  };
}

/** The guardian, which gets no message that all is well, then undoes everything. */
function giveUp(): void {
  complain('the run does not come to its end: it is given up, and its guardian undoes everything');
  process.exit(ExitCode.error);
}
