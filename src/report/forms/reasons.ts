import type { SavedRun } from '../schema.ts';

type Reason = SavedRun['reasons'][number];

/** The reasons of a run's verdict, each taken once: those that are left belong to no single claim. */
export class Reasons {
  #left: Reason[];

  constructor(reasons: readonly Reason[]) {
    this.#left = [...reasons];
  }

  /** The first reason from this source with this text. */
  take(source: string, part: string, verdict?: Reason['verdict']): Reason | undefined {
    const found = this.#left.find(
      (reason) =>
        reason.source === source &&
        reason.text.includes(part) &&
        (verdict === undefined || reason.verdict === verdict),
    );
    if (found !== undefined) this.#left = this.#left.filter((reason) => reason !== found);
    return found;
  }

  takeAll(source: string, verdict: Reason['verdict']): Reason[] {
    const found = this.#left.filter((reason) => reason.source === source && reason.verdict === verdict);
    this.#left = this.#left.filter((reason) => !found.includes(reason));
    return found;
  }

  unclaimed(): readonly Reason[] {
    return this.#left;
  }
}
