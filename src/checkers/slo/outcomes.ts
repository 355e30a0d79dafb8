import type { Outcome } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { areOperations, hasOperations } from '../../history/operations.ts';
import { decodeLate } from '../../history/tables/late.ts';
import type { Milliseconds } from '../../support/units.ts';

/** What a user saw of one request or message; the object is used again for the next. */
export interface UserOutcome {
  n: number;
  /** When it was sent. */
  t: Milliseconds;
  /** When its outcome was known. */
  endedAt: Milliseconds;
  /** From when it was due. */
  latencyMs: Milliseconds;
  outcome: Outcome;
  error: string | undefined;
}

/** Every request or message of a workload, in the order in which outcomes were known. */
export function* outcomesOf(history: History, workload: string): Generator<UserOutcome> {
  const one: UserOutcome = { n: 0, t: 0, endedAt: 0, latencyMs: 0, outcome: 'unknown', error: undefined };
  const set = (t: number, us: number, late: number, n: number): void => {
    one.n = n;
    one.t = t;
    one.endedAt = t + us / 1000;
    one.latencyMs = us / 1000 + decodeLate(late);
  };
  const { kind } = history.workloads[workload] ?? {};
  if (!hasOperations(kind)) {
    const statuses = history.publishStatuses(workload);
    for (const { n, t, latency, late, status, length } of history.publishes(workload))
      for (let row = 0; row < length; row += 1) {
        set(t[row] as number, latency[row] as number, late[row] as number, n[row] as number);
        const known = statuses[status[row] as number];
        one.outcome = known?.outcome ?? 'unknown';
        one.error = known?.error;
        yield one;
      }
    return;
  }
  const statuses = history.operationStatuses(workload);
  const isOwn = areOperations(kind);
  for (const { value, t, latency, late, op, status, length } of history.operations(workload))
    for (let row = 0; row < length; row += 1) {
      if (isOwn[op[row] as number] !== true) continue;
      set(t[row] as number, latency[row] as number, late[row] as number, value[row] as number);
      const known = statuses[status[row] as number];
      one.outcome = known?.outcome ?? 'unknown';
      one.error = known?.error;
      yield one;
    }
}
