import type { FaultRecord } from '../../history/record.ts';
import type { FaultPlan } from '../../plan/plan.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { asChaosError, isOwnTrouble } from '../../support/system-errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Timeline } from '../timeline.ts';
import { isBlank, newRecord } from './injection.ts';

/** The records of all injections of a run, and what the timeline says of those that were not made. */
export class FaultRecords {
  /** In the order in which they were begun; grows. */
  readonly all: FaultRecord[] = [];
  readonly #timeline: Pick<Timeline, 'now' | 'log'>;
  readonly #noteTrouble: (thrown: unknown) => void;

  /** @param noteTrouble told of an injection that failed because the program itself is in trouble */
  constructor(timeline: Pick<Timeline, 'now' | 'log'>, noteTrouble: (thrown: unknown) => void) {
    this.#timeline = timeline;
    this.#noteTrouble = noteTrouble;
  }

  begin(plan: FaultPlan, number: number, phase: string): FaultRecord {
    const record = newRecord(plan, number, phase);
    this.all.push(record);
    return record;
  }

  /** Removes a record, as if its injection had never begun. */
  drop(record: FaultRecord): void {
    const index = this.all.indexOf(record);
    if (index >= 0) this.all.splice(index, 1);
  }

  byId(id: string): FaultRecord | undefined {
    return this.all.find((record) => record.id === id);
  }

  /** Records a fault whose time never came. */
  neverDue(plan: FaultPlan, phase: string, why: string): void {
    this.all.push({ ...newRecord(plan, 1, phase), neverDue: why });
    this.#timeline.log('problem', `${plan.title}: never due: ${why}`);
  }

  skip(record: FaultRecord, why: string): 'skipped' {
    record.skipped = why;
    record.skippedAt = this.#timeline.now();
    return 'skipped';
  }

  refuse(record: FaultRecord, why: string): 'unproven' {
    record.refused = why;
    this.#timeline.log('problem', `${record.title}: not injected: ${why}`);
    return 'unproven';
  }

  /** An injection that would change nothing. */
  vacuous(record: FaultRecord, why: string): 'unproven' {
    record.vacuous = why;
    this.#timeline.log('problem', `${record.title}: no effect: ${why}`);
    return 'unproven';
  }

  /**
   * An injection that threw. Nothing is recorded of one that was aborted before it was begun.
   *
   * @throws ChaosError `aborted` where the run is ended, or the program itself is in trouble: that says nothing about
   *   the fault
   */
  failed(record: FaultRecord, thrown: unknown): 'unproven' {
    const error = this.#abortedByTrouble(thrown);
    if (error instanceof ChaosError && error.code === 'aborted') {
      if (isBlank(record)) this.drop(record);
      throw error;
    }
    record.vacuous = `it could not be injected: ${messageOf(error)}`;
    this.#timeline.log('problem', `${record.title}: ${record.vacuous}`);
    return 'unproven';
  }

  /** Whether a fault could not be undone and is still in force: from then on nothing can be judged. */
  get stuck(): boolean {
    return this.all.some((record) => record.removed?.proven === false);
  }

  /** When the last fault was proven removed, if any was. */
  lastRemovalAt(): Milliseconds | undefined {
    const times = this.all.flatMap(({ removed }) => (removed?.proven === true ? [removed.t] : []));
    return times.length > 0 ? Math.max(...times) : undefined;
  }

  #abortedByTrouble(thrown: unknown): unknown {
    if (!isOwnTrouble(thrown)) return thrown;
    this.#noteTrouble(thrown);
    return new ChaosError('aborted', 'the program itself is in trouble', { cause: asChaosError(thrown) });
  }
}
