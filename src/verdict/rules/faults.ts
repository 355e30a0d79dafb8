import { isDeepStrictEqual } from 'node:util';
import type { FaultRecord, UndoStep } from '../../history/record.ts';
import type { Reason } from '../verdict.ts';
import { notInForce } from './premises.ts';
import { cutShort, type JudgeInput, type Rule } from './rule.ts';

/** Whether every fault did what it says, and is gone. */
export const FAULT_RULES: readonly Rule[] = [undoFailed, removalUnproven, ineffective];

function undoFailed({ record }: JudgeInput): Reason[] {
  return record.faults.flatMap((fault) =>
    lastTries(fault.undo)
      .filter((step) => !step.ok)
      .map((step) => ({
        verdict: 'unclean',
        text:
          `Fault ${fault.id} (${fault.title}) could not be undone: ${step.record.op}` +
          (step.error === undefined ? '' : `: ${step.error}`),
        source: `fault ${fault.id}`,
      })),
  );
}

/** A step that failed at first and was done later is done. */
function lastTries(steps: readonly UndoStep[]): UndoStep[] {
  return steps.filter(
    (step, at) => !steps.slice(at + 1).some((later) => isDeepStrictEqual(later.record, step.record)),
  );
}

function removalUnproven({ record }: JudgeInput): Reason[] {
  return record.faults
    .filter((fault) => fault.injectedAt !== undefined && !removalShown(fault, cutShort(record)))
    .map((fault) => ({
      verdict: 'unclean',
      text:
        `Fault ${fault.id} (${fault.title}) is not proven to be gone` +
        (fault.removed === undefined ? '' : `: ${fault.removed.statement}`),
      source: `fault ${fault.id}`,
    }));
}

/** On the short way out a completed undo counts, for there may be nothing left to look at. */
function removalShown(fault: FaultRecord, hurried: boolean): boolean {
  if (fault.removed !== undefined) return fault.removed.proven;
  return hurried && fault.undo.length > 0 && fault.undo.every((step) => step.ok);
}

function ineffective({ record }: JudgeInput): Reason[] {
  return record.faults.flatMap((fault) => {
    const why = notInForce(fault, record);
    if (why === null) return [];
    return [
      {
        verdict: 'inconclusive' as const,
        text: `Fault ${fault.id} (${fault.title}) ${why}`,
        source: `fault ${fault.id}`,
      },
    ];
  });
}
