import type { FaultRecord, PhaseRecord, RunRecord } from '../../history/record.ts';
import { injectionsByFault, tooOftenSkipped } from '../../history/injections.ts';
import { afterBreak, endedEarly } from './rule.ts';

/**
 * Why a phase's expectations say nothing about the system, or null when they do. They are claims about a system
 * under this load and this fault: without the load or the fault, a violated one is no deviation.
 */
export function voidPremise(phase: PhaseRecord, record: RunRecord): string | null {
  if (afterBreak(record, phase.endedAt)) return 'the harness had broken by then';
  const idle = record.workloads.find((workload) => workload.ok === 0);
  if (idle !== undefined) return `the workload ${idle.name} moved no message`;
  if (record.guard.bypasses.length > 0) return 'a connection bypassed the links under control';
  const lame = record.faults.find((fault) => activeIn(fault, phase) && notInForce(fault, record) !== null);
  if (lame !== undefined) return `fault ${lame.id} ${notInForce(lame, record) ?? ''}`;
  for (const injections of injectionsByFault(record.faults)) {
    const why = injections.some((one) => activeIn(one, phase)) ? tooFew(injections, record) : null;
    if (why !== null) return `fault ${injections[0]?.id ?? ''} ${why}`;
  }
  return null;
}

/** Why a fault was skipped too often, or null; also null when the method ended early. */
export function tooFew(injections: readonly FaultRecord[], record: RunRecord): string | null {
  return endedEarly(record) ? null : tooOftenSkipped(injections);
}

/** Why a fault cannot count as having been in force all along, or null when it was proven to be. */
export function notInForce(fault: FaultRecord, record: RunRecord): string | null {
  // Whether that was too often is asked of all its injections together.
  if (fault.skipped !== undefined) return null;
  if (fault.neverDue !== undefined) return `was never due: ${fault.neverDue}`;
  if (fault.refused !== undefined) return `was not injected: ${fault.refused}`;
  if (fault.vacuous !== undefined) return `would change nothing: ${fault.vacuous}`;
  if (fault.injectedAt === undefined) return neverInjected(fault, record);
  if (fault.inForce === undefined) return endedEarly(record) ? null : 'is not proven to have been in force';
  if (!fault.inForce.proven) return `is not proven to have been in force: ${fault.inForce.statement}`;
  if (fault.heldToEnd === undefined)
    return endedEarly(record) ? null : 'is not proven to have held to its end';
  if (!fault.heldToEnd.proven) return `did not hold to its end: ${fault.heldToEnd.statement}`;
  return null;
}

function neverInjected(fault: FaultRecord, record: RunRecord): string | null {
  const phase = record.phases.find((candidate) => candidate.name === fault.phase);
  const due = phase !== undefined && phase.outcome !== 'not-run' && !endedEarly(record);
  return due ? 'was never injected' : null;
}

function activeIn(fault: FaultRecord, phase: PhaseRecord): boolean {
  if (fault.phase === phase.name) return true;
  if (fault.injectedAt === undefined || phase.startedAt === undefined) return false;
  return fault.injectedAt < (phase.endedAt ?? Infinity) && (fault.removedAt ?? Infinity) > phase.startedAt;
}
