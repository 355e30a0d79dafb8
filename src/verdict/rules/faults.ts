import { isDeepStrictEqual } from 'node:util';
import type { FaultRecord, RunRecord, UndoStep } from '../../history/record.ts';
import { crashedSinceUndo } from '../../history/server-crash.ts';
import { injectionsByFault } from '../../history/injections.ts';
import type { Reason } from '../verdict.ts';
import { notInForce, tooFew } from './premises.ts';
import { cutShort, type JudgeInput, type Rule } from './rule.ts';

/** Whether every fault took effect, and is removed. */
export const FAULT_RULES: readonly Rule[] = [undoFailed, removalUnproven, ineffective, skipped];

function undoFailed({ record }: JudgeInput): Reason[] {
  return record.faults.flatMap((fault) =>
    lastTries(fault.undo)
      .filter((step) => !step.ok)
      .map((step) => {
        const went = wentWithHarness(step, record);
        return {
          verdict: went ? 'error' : 'unclean',
          text:
            `Fault ${fault.id} (${fault.title}) could not be undone: ${step.record.op}` +
            (step.error === undefined ? '' : `: ${step.error}`) +
            (went ? '; it went with the environment, which was removed as a whole' : ''),
          source: `fault ${fault.id}`,
        };
      }),
  );
}

/** An effect that only the broken part of the harness could have undone ends when the whole environment is removed. */
function wentWithHarness({ record: { op } }: UndoStep, { harness, gone }: RunRecord): boolean {
  if (harness === undefined || gone !== true) return false;
  return harness.part === 'engine' || op.startsWith('links.');
}

/** A step that failed at first and succeeded later counts as done. */
function lastTries(steps: readonly UndoStep[]): UndoStep[] {
  return steps.filter(
    (step, at) => !steps.slice(at + 1).some((later) => isDeepStrictEqual(later.record, step.record)),
  );
}

function removalUnproven({ record }: JudgeInput): Reason[] {
  return record.faults
    .filter((fault) => fault.injectedAt !== undefined && !removalShown(fault, cutShort(record)))
    .map((fault) => ({
      verdict: excuseFor(fault, record) ?? 'unclean',
      text:
        `Fault ${fault.id} (${fault.title}) is not proven to be gone` +
        (fault.removed === undefined ? '' : `: ${fault.removed.statement}`),
      source: `fault ${fault.id}`,
    }));
}

/**
 * The verdict on an unproven removal where everything that the run made is removed: an error when the harness broke, and
 * only inconclusive when a server that the fault was on has ended by itself since it was undone.
 */
function excuseFor(fault: FaultRecord, record: RunRecord): 'error' | 'inconclusive' | null {
  if (record.gone !== true) return null;
  const failed = lastTries(fault.undo).filter((step) => !step.ok);
  if (failed.length > 0) return failed.every((step) => wentWithHarness(step, record)) ? 'error' : null;
  if (record.harness?.part === 'engine') return 'error';
  return crashedSinceUndo(fault, record.crashes ?? []) ? 'inconclusive' : null;
}

/** When a run is cut short a completed undo counts, as there may be nothing left to observe. */
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

/** A fault may be skipped now and then, where it would meet another; it must be injected more often than that. */
function skipped({ record }: JudgeInput): Reason[] {
  return injectionsByFault(record.faults).flatMap((injections): Reason[] => {
    const why = tooFew(injections, record);
    const [first] = injections;
    if (why === null || first === undefined || first.maySkip === true) return [];
    return [
      {
        verdict: 'inconclusive',
        text: `Fault ${first.id} (${first.title}) ${why}`,
        source: `fault ${first.id}`,
      },
    ];
  });
}
