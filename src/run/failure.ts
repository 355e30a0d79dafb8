import type { RunRecord } from '../history/record.ts';
import { ChaosError } from '../support/errors.ts';
import { asChaosError, isOwnTrouble } from '../support/system-errors.ts';
import type { ExecuteContext } from './execute-context.ts';
import type { Timeline } from './timeline.ts';

/** What an error that ended the stages says of the run: that it was interrupted, or why it could not be carried out. */
export function failureOf(
  thrown: unknown,
  { ctx, timeline }: { ctx: Pick<ExecuteContext, 'noteTrouble'>; timeline: Pick<Timeline, 'log'> },
): Pick<RunRecord, 'interrupted'> | Pick<RunRecord, 'error'> {
  // A run that its own harness or program ended is not interrupted: the reason of the abort is the error.
  const aborted = thrown instanceof ChaosError && thrown.code === 'aborted';
  if (aborted && !(thrown.cause instanceof ChaosError)) {
    timeline.log('run', 'interrupted; undoing everything');
    return { interrupted: thrown.cause === 'SIGTERM' ? 'SIGTERM' : 'SIGINT' };
  }
  const error = asChaosError(aborted ? thrown.cause : thrown);
  if (isOwnTrouble(error)) ctx.noteTrouble(error);
  timeline.log('problem', `${error.message}; undoing everything`);
  return { error: errorRecord(error) };
}

export function errorRecord({ message, code, hint }: ChaosError): NonNullable<RunRecord['error']> {
  return { message, code, ...(hint === undefined ? {} : { hint }) };
}

/** Whether the program itself is in trouble, by the signal that it was given. */
export function isInTrouble({ signal }: Pick<ExecuteContext, 'signal'>): boolean {
  return signal.aborted && signal.reason instanceof ChaosError;
}
