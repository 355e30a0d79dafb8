import { formatDuration } from '../support/units.ts';
import type { FaultRecoveryRecord, PhaseRecord, RecoveryRecord } from './record.ts';

/** How a phase got back to the steady state; runs of older programs have recorded only how long it took. */
export function recoveryOf(
  phase: Pick<PhaseRecord, 'recovery' | 'recoveryMs'>,
): (Pick<RecoveryRecord, 'outcome' | 'ms'> & Partial<RecoveryRecord>) | undefined {
  const { recovery, recoveryMs } = phase;
  if (recovery !== undefined || recoveryMs === undefined) return recovery;
  return { outcome: 'recovered', ms: recoveryMs };
}

/** One clause: `recovered in 1.2 s from the proven removal (1.4 s from the beginning of the undo, …)`. */
export function recoveryText(recovery: NonNullable<ReturnType<typeof recoveryOf>>): string {
  const { outcome, ms, readings } = recovery;
  if (outcome === 'never-lost') {
    const held = readings === undefined ? '' : `all ${readings} readings held, so `;
    return `the steady state was never seen lost: ${held}there was nothing to recover from`;
  }
  if (outcome === 'not-recovered' || ms === undefined) return 'the steady state did not come back';
  if (outcome === 'failed-over') {
    return `failed over in ${formatDuration(ms)} from the injection, with the fault still in force`;
  }
  return [recoveredText(recovery, formatDuration(ms)), besides(recovery)].join('');
}

function recoveredText({ from, ms }: Partial<RecoveryRecord>, took: string): string {
  if (from === undefined) return `recovered in ${took}`;
  if (from === 'removal' && ms === 0) return 'recovered before the removal was proven';
  const since = {
    removal: 'the proven removal',
    injection: 'the injection',
    action: 'the first action',
    phase: 'the beginning of the phase',
  }[from];
  return `recovered in ${took} from ${since}`;
}

function besides({ sinceUndoBeganMs, sinceInjectionMs }: Partial<RecoveryRecord>): string {
  const parts = [
    sinceUndoBeganMs === undefined
      ? ''
      : `${formatDuration(sinceUndoBeganMs)} from the beginning of the undo`,
    sinceInjectionMs === undefined ? '' : `${formatDuration(sinceInjectionMs)} from the injection`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** When the steady state was back after one fault, in one clause, with what keeps it from being the whole truth. */
export function faultRecoveryText(recovery: FaultRecoveryRecord): string {
  const { lostBefore, others = [] } = recovery;
  const notes = [
    ...(lostBefore === true ? ['it did not hold at the injection already'] : []),
    ...(others.length === 0
      ? []
      : [`not by this fault alone: ${others.slice(0, MAX_OTHERS).join(', ')}${moreText(others)}`]),
  ];
  return [outcomeText(recovery), ...notes].join('; ');
}

const MAX_OTHERS = 3;

function moreText({ length }: readonly string[]): string {
  return length > MAX_OTHERS ? ` and ${length - MAX_OTHERS} more` : '';
}

function outcomeText({
  outcome,
  why,
  readings,
  sinceInjectionMs = 0,
  sinceRemovalMs,
}: FaultRecoveryRecord): string {
  switch (outcome) {
    case 'unmeasured':
      return `not measured: ${why ?? 'unknown'}`;
    case 'never-lost':
      return `never seen lost in ${readings} readings`;
    case 'not-recovered':
      return 'not back before the next injection, or the end of the method';
    case 'failed-over':
      return 'back while the fault was in force';
    case 'recovered':
      return sinceRemovalMs === 0 && sinceInjectionMs > 0
        ? 'back before the removal was proven'
        : 'back after the removal';
  }
}
