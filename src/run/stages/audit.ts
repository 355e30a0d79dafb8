import type { PhaseRecord } from '../../history/record.ts';
import { GONE_MS } from '../../nats/not-found.ts';
import { throwIfAborted } from '../../support/deadline.ts';
import { auditAll } from '../drain/audit.ts';
import type { RunContext } from '../run-context.ts';
import { goneAssets } from '../gone-assets.ts';

/**
 * Reads back the streams and consumers that the checks judge, into the history.
 *
 * @returns streams and replicas that were not read to their end
 */
export async function audit(run: RunContext, phases: readonly PhaseRecord[]): Promise<string[]> {
  const { plan, driver, timeline, threads, ctx } = run;
  const { history, runId, signal } = ctx;
  const goneSince = goneAssets(run, phases);
  const isGone = (stream: string): boolean => timeline.now() - (goneSince(stream) ?? Infinity) >= GONE_MS;
  const unread = await auditAll(plan, { driver, history, timeline, threads, runId, signal, isGone });
  // An audit that was cut short does not throw: the interrupt itself is noticed here.
  throwIfAborted(signal);
  return unread;
}
