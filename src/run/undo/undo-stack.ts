import { sleep, withDeadline } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type { UndoStep } from '../../history/record.ts';

/** The time budget of one step, whatever deadline the run itself has passed. */
const STEP_MS = 15_000;
const ATTEMPTS = 4;
const BACKOFF_MS = 100;

/** Undo records in the order of the journal. They are undone last first, retried, and never cancelled. */
export class UndoStack {
  readonly #entries: { owner: string; record: UndoRecord; failed: boolean }[] = [];
  readonly #replay: (record: UndoRecord) => Promise<void>;
  readonly #now: () => Milliseconds;
  readonly #hopeless: () => boolean;

  /** @param hopeless whether a failed step need not be tried again, because what would carry it out is broken */
  constructor(
    replay: (record: UndoRecord) => Promise<void>,
    now: () => Milliseconds,
    hopeless: () => boolean = () => false,
  ) {
    this.#replay = replay;
    this.#now = now;
    this.#hopeless = hopeless;
  }

  /** @param owner the id of the fault that the record undoes */
  push(owner: string, record: UndoRecord): void {
    this.#entries.push({ owner, record, failed: false });
  }

  /** Faults that are still to be undone, the last first. */
  owners(): string[] {
    return [...new Set(this.#entries.map((entry) => entry.owner).reverse())];
  }

  /** Undoes all records of one fault, the last first. A record that fails stays on the stack. */
  async undo(owner: string): Promise<UndoStep[]> {
    const steps: UndoStep[] = [];
    for (const entry of this.#entries.filter((e) => e.owner === owner).reverse()) {
      // A record that has failed before is tried only once more each time, so that the run still ends.
      const step = await this.#attempt(entry.record, entry.failed ? 1 : ATTEMPTS);
      entry.failed = !step.ok;
      steps.push(step);
      if (step.ok) this.#entries.splice(this.#entries.indexOf(entry), 1);
    }
    return steps;
  }

  async #attempt(record: UndoRecord, allowed: number): Promise<UndoStep> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await withDeadline(this.#replay(record), STEP_MS, `undo ${record.op}`);
        return { t: this.#now(), record, attempts, ok: true };
      } catch (error) {
        if (attempts >= allowed || this.#hopeless())
          return { t: this.#now(), record, attempts, ok: false, error: messageOf(error) };
        await sleep(BACKOFF_MS * 2 ** attempts);
      }
    }
  }
}
