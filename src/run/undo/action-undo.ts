import type { Timeline } from '../timeline.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type { Journal } from './journal.ts';
import type { UndoStack } from './undo-stack.ts';

/** What actions have left to be undone when the method is over, each record in the journal before the action is done. */
export class ActionUndo {
  /** What could not be undone, in words. */
  readonly left: string[] = [];
  readonly #journal: Journal;
  readonly #stack: UndoStack;
  readonly #timeline: Pick<Timeline, 'log'>;
  #count = 0;

  constructor(journal: Journal, stack: UndoStack, timeline: Pick<Timeline, 'log'>) {
    this.#journal = journal;
    this.#stack = stack;
    this.#timeline = timeline;
  }

  /** @param what what the record undoes, in words */
  add(what: string, record: UndoRecord): void {
    this.#journal.append(record);
    this.#count += 1;
    this.#stack.push(`${what} (action ${this.#count})`, record);
  }

  /** Undoes all of it, the last first; what is undone already, or has failed before, is left alone. */
  async undoAll(): Promise<void> {
    if (this.left.length > 0) return;
    for (const owner of this.#stack.owners()) {
      const steps = await this.#stack.undo(owner);
      const failed = steps.find((step) => !step.ok);
      if (failed === undefined) this.#timeline.log('undo', `${owner}: undone`);
      else {
        const text = `${owner} could not be undone: ${failed.error ?? 'unknown'}`;
        this.left.push(text);
        this.#timeline.log('problem', text);
      }
    }
  }
}
