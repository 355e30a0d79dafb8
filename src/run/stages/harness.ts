import type { RunRecord } from '../../history/record.ts';
import { failureOf } from '../failure.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Checks a last time that the harness stands. What breaks at the very end cannot end the run any more, but it is still the
 * reason why the run proves nothing.
 *
 * @param before what has ended the run already, if anything has: that stays the reason
 */
export async function checkHarness(
  run: RunContext,
  before: Pick<RunRecord, 'error' | 'interrupted'>,
): Promise<Pick<RunRecord, 'harness' | 'error' | 'interrupted'>> {
  const { harness, exits } = run;
  await Promise.all([harness.settle(), exits.observeNow()]);
  const { record, signal } = harness;
  if (record === undefined) return {};
  const isFirst = before.error === undefined && before.interrupted === undefined;
  return { harness: record, ...(isFirst ? failureOf(signal.reason, run) : {}) };
}
