import { formatDuration } from '../support/units.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { SavedRun } from './schema.ts';
import { counted, printable } from './text.ts';

/** One line of the summary. */
export interface SummaryRow {
  what: 'phase' | 'fault' | 'steady state' | 'expectation' | 'check' | 'threshold';
  subject: string;
  outcome: string;
  /** How good or bad the outcome is. */
  verdict: Verdict;
  statement: string;
}

/** What a run did and found, as lines of a table; conditions that were met are only counted. */
export function summaryRows(saved: SavedRun): SummaryRow[] {
  const rows = [
    ...resultRows('steady state', 'before the method', saved.steadyState.before),
    ...saved.phases.flatMap((phase) => [
      phaseRow(phase),
      ...saved.faults.filter((fault) => fault.phase === phase.name).map(faultRow),
      ...resultRows('expectation', phase.name, phase.expectations),
    ]),
    ...resultRows('steady state', 'after the method', saved.steadyState.after),
    ...saved.findings.map(findingRow),
    ...saved.thresholds.map(thresholdRow),
  ];
  return rows.map((row) => ({
    ...row,
    subject: printable(row.subject),
    statement: printable(row.statement),
  }));
}

type Phase = SavedRun['phases'][number];
type Fault = SavedRun['faults'][number];
type Result = Phase['expectations'][number];

const PHASE_VERDICTS: Record<Phase['outcome'], Verdict> = {
  completed: 'pass',
  'timed-out': 'fail',
  stopped: 'fail',
  aborted: 'inconclusive',
  'not-run': 'inconclusive',
};

function phaseRow(phase: Phase): SummaryRow {
  const { startedAt, endedAt, recoveryMs } = phase;
  const took = startedAt === undefined || endedAt === undefined ? [] : [formatDuration(endedAt - startedAt)];
  const recovered = recoveryMs === undefined ? [] : [`recovered in ${formatDuration(recoveryMs)}`];
  const note = phase.note === undefined ? [] : [phase.note];
  return {
    what: 'phase',
    subject: phase.name,
    outcome: phase.outcome,
    verdict: PHASE_VERDICTS[phase.outcome],
    statement: [...took, ...recovered, ...note].join(', '),
  };
}

/** How a fault went, in one word, and the sentence that shows it. */
export function faultState(fault: Fault): { outcome: string; verdict: Verdict; statement: string } {
  const { inForce, heldToEnd, removed } = fault;
  const undone = fault.undo.every((step) => step.ok);
  if (!undone || removed?.proven === false) {
    const failed = fault.undo.find((step) => !step.ok);
    return {
      outcome: 'not undone',
      verdict: 'unclean',
      statement: failed?.error ?? removed?.statement ?? '',
    };
  }
  if (fault.neverDue !== undefined)
    return { outcome: 'never due', verdict: 'inconclusive', statement: fault.neverDue };
  if (fault.refused !== undefined)
    return { outcome: 'not injected', verdict: 'inconclusive', statement: fault.refused };
  if (fault.vacuous !== undefined)
    return { outcome: 'vacuous', verdict: 'inconclusive', statement: fault.vacuous };
  if (fault.injectedAt === undefined)
    return { outcome: 'not injected', verdict: 'inconclusive', statement: '' };
  if (inForce?.proven !== true) {
    return { outcome: 'unproven', verdict: 'inconclusive', statement: inForce?.statement ?? 'no reading' };
  }
  const proof = `${inForce.statement} (proven in ${formatDuration(inForce.afterMs)})`;
  if (heldToEnd?.proven === false) {
    return { outcome: 'not held', verdict: 'inconclusive', statement: heldToEnd.statement };
  }
  if (removed === undefined) return { outcome: 'proven', verdict: 'inconclusive', statement: proof };
  return { outcome: 'proven, undone', verdict: 'pass', statement: proof };
}

function faultRow(fault: Fault): SummaryRow {
  return { what: 'fault', subject: fault.title, ...faultState(fault) };
}

/** Those that are not met one by one; of the others only how many. */
function resultRows(
  what: 'steady state' | 'expectation',
  where: string,
  results: readonly Result[],
): SummaryRow[] {
  const met = results.filter((result) => result.outcome === 'met').length;
  const others = results.filter((result) => result.outcome !== 'met');
  const rows = others.map((result) => expectationRow(what, where, result));
  if (met === 0) return rows;
  const statement = `${counted(met, what === 'expectation' ? 'expectation' : 'condition')} met`;
  return [...rows, { what, subject: where, outcome: 'met', verdict: 'pass', statement }];
}

function expectationRow(what: SummaryRow['what'], where: string, result: Result): SummaryRow {
  return {
    what,
    subject: `${where}: ${result.probe} (${result.condition})`,
    outcome: result.outcome,
    verdict: outcomeVerdict(result.outcome),
    statement: result.statement,
  };
}

function findingRow(finding: SavedRun['findings'][number]): SummaryRow {
  return {
    what: 'check',
    subject: `${finding.check}: ${finding.subject}`,
    outcome: finding.verdict,
    verdict: finding.verdict,
    statement: finding.statement,
  };
}

function thresholdRow(threshold: SavedRun['thresholds'][number]): SummaryRow {
  return {
    what: 'threshold',
    subject: `${threshold.metric}: ${threshold.subject}`,
    outcome: threshold.outcome,
    verdict: outcomeVerdict(threshold.outcome),
    statement: threshold.statement,
  };
}

/** The verdict that an outcome of an expectation or a threshold stands for. */
export function outcomeVerdict(outcome: 'met' | 'violated' | 'unread' | 'exceeded' | 'unmeasured'): Verdict {
  if (outcome === 'met') return 'pass';
  return outcome === 'violated' || outcome === 'exceeded' ? 'fail' : 'inconclusive';
}
