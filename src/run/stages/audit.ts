import { throwIfAborted } from '../../support/deadline.ts';
import { auditAll } from '../drain/audit.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Reads back the streams and consumers that the checks judge, into the history.
 *
 * @returns streams and replicas that were not read to their end
 */
export async function audit({ plan, driver, timeline, threads, ctx }: RunContext): Promise<string[]> {
  const { history, runId, signal } = ctx;
  const unread = await auditAll(plan, { driver, history, timeline, threads, runId, signal });
  // An audit that was cut short does not throw: the interrupt itself is noticed here.
  throwIfAborted(signal);
  return unread;
}
