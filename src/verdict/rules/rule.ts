import type { Finding } from '../../checkers/checker.ts';
import type { RunRecord } from '../../history/record.ts';
import type { Expect } from '../expected.ts';
import type { ThresholdResult } from '../thresholds.ts';
import type { Reason } from '../verdict.ts';

/** Everything that is known about a run. */
export interface JudgeInput {
  record: RunRecord;
  findings: readonly Finding[];
  thresholds: readonly ThresholdResult[];
  /** The verdict that the experiment is there to reach; left out: pass. */
  expect?: Expect;
  /** Whether its faults were left out on purpose. */
  rehearsal?: boolean;
}

/** Judges a run, and returns what counts against it; nothing when all is well. */
export type Rule = (input: JudgeInput) => Reason[];

/** True when the run was cut short: what is missing then is a consequence, not a reason of its own. */
export function cutShort(record: RunRecord): boolean {
  return record.interrupted !== undefined || record.error !== undefined;
}

/** True when the method ended before its end: what was not done then is no reason of its own. */
export function endedEarly(record: RunRecord): boolean {
  return cutShort(record) || record.stopped !== undefined;
}

/** True once the first phase began. */
export function methodRan(record: RunRecord): boolean {
  return record.phases.some((phase) => phase.startedAt !== undefined);
}

/** True when the steady state was tested before the method, and was not there. */
export function neverSteady(record: RunRecord): boolean {
  return record.steadyStateBefore.some((result) => result.outcome !== 'met');
}

/** True for what was still going on when the harness broke: its outcome says nothing about the system. */
export function afterBreak({ harness }: RunRecord, endedAt: number | undefined): boolean {
  return harness !== undefined && (endedAt ?? Infinity) >= harness.since;
}
