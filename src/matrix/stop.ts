import { VERDICT_ORDER } from '../verdict/verdict.ts';
import type { RunResult } from './matrix.ts';

/** When nothing more is to be started. */
export interface StopRule {
  /** Once a run is this, or worse. */
  stopOn?: 'inconclusive' | 'fail';
  /** Once so many runs did not pass. */
  maxFailures?: number;
}

/** @param results of this sitting: what an earlier one has seen does not stop its continuation */
export function reasonToStop(
  results: readonly RunResult[],
  { stopOn, maxFailures }: StopRule,
): string | null {
  const bad = results.filter(({ verdict }) => verdict !== 'pass');
  if (stopOn !== undefined) {
    const limit = VERDICT_ORDER.indexOf(stopOn);
    const found = bad.find(({ verdict }) => VERDICT_ORDER.indexOf(verdict) >= limit);
    if (found !== undefined) return `--stop-on ${stopOn}: a run was ${found.verdict}`;
  }
  if (maxFailures !== undefined && bad.length >= maxFailures)
    return `--max-failures ${maxFailures}: ${bad.length} did not pass`;
  return null;
}
