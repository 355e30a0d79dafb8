import { VERDICT_ORDER } from '../verdict/verdict.ts';
import type { RunResult } from './matrix.ts';

/** When no further run is started. */
export interface StopRule {
  /** As soon as a run has this verdict, or a worse one. */
  stopOn?: 'inconclusive' | 'fail';
  /** As soon as this many runs did not pass. */
  maxFailures?: number;
}

/** @param results of this invocation only: results of an earlier one do not stop its continuation */
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
