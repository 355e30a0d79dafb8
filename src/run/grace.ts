import type { PhaseRecord } from '../history/record.ts';
import type { PhasePlan } from '../plan/plan.ts';
import { throwIfAborted } from '../support/deadline.ts';
import { formatDuration } from '../support/units.ts';
import type { PhaseActions } from './phase-actions.ts';
import type { Timeline } from './timeline.ts';

/** A phase that is so much longer than planned says why. */
const WORTH_NOTING_MS = 100;

/**
 * Lets a phase last longer than planned while its actions by the clock are not over, and notes it.
 *
 * @throws ChaosError `aborted` when the signal fires before
 */
export async function lastLonger(
  ctx: { timeline: Pick<Timeline, 'now'>; entered(phase: string, endsAt: null): void },
  { name, graceMs = 0 }: Pick<PhasePlan, 'name' | 'graceMs'>,
  record: PhaseRecord,
  actions: Pick<PhaseActions, 'allOver'>,
  signal: AbortSignal,
): Promise<void> {
  const from = ctx.timeline.now();
  ctx.entered(name, null);
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(), graceMs);
  const inTime = await actions.allOver(AbortSignal.any([signal, tooLong.signal]));
  clearTimeout(timer);
  throwIfAborted(signal);
  const longer = ctx.timeline.now() - from;
  if (!inTime) record.note = `not all of its actions were over within ${formatDuration(longer)} more`;
  else if (longer >= WORTH_NOTING_MS)
    record.note = `its actions were over ${formatDuration(longer)} after the time that it was to last`;
}
