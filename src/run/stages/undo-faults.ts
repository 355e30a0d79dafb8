import type { FaultRecord } from '../../history/record.ts';
import { crashedSinceUndo } from '../../history/server-crash.ts';
import { throwIfAborted } from '../../support/deadline.ts';
import type { ExitWatch } from '../exits/exit-watch.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Undoes what the method has left in force, and checks that nothing has ended or broken meanwhile.
 *
 * @returns whether something could not be undone, so that it must not be tried once more
 */
export async function undoFaults({ faults, actionUndo, exits, harness, ctx }: RunContext): Promise<boolean> {
  await faults.undoAll();
  await actionUndo.undoAll();
  exits.entered(undefined);
  await Promise.all([harness.settle(), exits.observeNow()]);
  throwIfAborted(ctx.signal);
  return faults.stuck;
}

/**
 * Whether a fault is still there, so that nothing can be judged. A server that ends by itself once a fault on it is undone
 * leaves nothing of the fault behind.
 */
export function isStuck({ faults, exits }: RunContext): boolean {
  return faults.stuck && !faults.records.every((fault) => isRemovedOrCrashed(fault, exits));
}

/** Whether a removal is proven, or cannot be only because a server that the fault was on has ended by itself since. */
function isRemovedOrCrashed(fault: FaultRecord, { crashes }: ExitWatch): boolean {
  if (fault.removed?.proven !== false) return true;
  return fault.undo.every((step) => step.ok) && crashedSinceUndo(fault, crashes);
}
