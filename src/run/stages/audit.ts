import { throwIfAborted } from '../../support/deadline.ts';
import { auditAll } from '../drain/audit.ts';
import type { RunContext } from '../run-context.ts';

/** Reads back the streams and consumers that the checks judge, into the history. */
export async function audit({ plan, driver, timeline, threads, ctx }: RunContext): Promise<void> {
  const { history, runId, signal } = ctx;
  await auditAll(plan, { driver, history, timeline, threads, runId, signal });
  // An audit that was cut short does not throw: the interrupt itself is noticed here.
  throwIfAborted(signal);
}
