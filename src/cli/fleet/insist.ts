import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';

/** Longer than the servers of a queue need to elect leaders when one of them dies. */
const INSIST_MS = 60_000;
const AGAIN_MS = 500;
/** Errors that come again however often one asks. */
const FOR_GOOD: ReadonlySet<string> = new Set(['invalid', 'usage', 'crash']);

/** Asks a queue until it answers: while it elects a leader it does not. What is asked must be harmless when it is done twice. */
export async function insist<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const { value } = await until(async () => ({ value: await ask() }), {
    timeoutMs: INSIST_MS,
    everyMs: AGAIN_MS,
    signal,
    what: 'the queue has not answered',
    fatal: (thrown) =>
      (thrown instanceof ChaosError && FOR_GOOD.has(thrown.code)) ||
      (thrown instanceof Error && thrown.name === 'PermissionViolationError'),
  });
  return value;
}
