import { sleep, withDeadline } from '../support/deadline.ts';
import { messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { UndoRecord } from '../support/undo-record.ts';
import type { UndoStep } from '../history/record.ts';

/** What undoing may take, whatever deadline the run itself has met. */
const STEP_MS = 15_000;
const ATTEMPTS = 4;
const BACKOFF_MS = 100;

/** Undo records in the order in which they were journalled; undone last first, tried again, and never cancelled. */
export class UndoStack {
  readonly #entries: { owner: string; record: UndoRecord; failed: boolean }[] = [];
  readonly #replay: (record: UndoRecord) => Promise<void>;
  readonly #now: () => Milliseconds;

  constructor(replay: (record: UndoRecord) => Promise<void>, now: () => Milliseconds) {
    this.#replay = replay;
    this.#now = now;
  }

  /** @param owner the id of the fault that the record undoes */
  push(owner: string, record: UndoRecord): void {
    this.#entries.push({ owner, record, failed: false });
  }

  /** Faults that are still to be undone, the last first. */
  owners(): string[] {
    return [...new Set(this.#entries.map((entry) => entry.owner).reverse())];
  }

  /** Undoes everything of one fault, last record first. What fails stays on the stack. */
  async undo(owner: string): Promise<UndoStep[]> {
    const steps: UndoStep[] = [];
    for (const entry of this.#entries.filter((e) => e.owner === owner).reverse()) {
      // What has failed so often already gets one more chance each time, so that a run still ends.
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
        if (attempts >= allowed)
          return { t: this.#now(), record, attempts, ok: false, error: messageOf(error) };
        await sleep(BACKOFF_MS * 2 ** attempts);
      }
    }
  }
}
