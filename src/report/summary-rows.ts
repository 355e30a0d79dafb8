import { injectionsByFault, skippedText, tooOftenSkipped } from '../history/injections.ts';
import { recoveryOf, recoveryText } from '../history/recovery.ts';
import { formatDuration } from '../support/units.ts';
import { unavailabilityText } from '../verdict/unavailability.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { latencySentence } from './latency-figures.ts';
import { offerSentence } from './offer-text.ts';
import { circumstancesText } from './circumstances-text.ts';
import type { SavedRun } from './schema.ts';
import { counted, printable } from './text.ts';

/** One line of the summary. */
export interface SummaryRow {
  what: 'phase' | 'liveness' | 'fault' | 'steady state' | 'expectation' | 'check' | 'threshold' | 'workload';
  subject: string;
  outcome: string;
  /** Whether the outcome is good or bad. */
  verdict: Verdict;
  statement: string;
}

/** What a run did and found, as rows of a table; conditions that were met are only counted. */
export function summaryRows(saved: SavedRun): SummaryRow[] {
  const rows = [
    ...resultRows('steady state', 'before the method', saved.steadyState.before),
    ...saved.phases.flatMap((phase) => [
      phaseRow(phase),
      ...livenessRows(phase),
      ...injectionsByFault(saved.faults.filter((fault) => fault.phase === phase.name)).flatMap(faultRows),
      ...resultRows('expectation', phase.name, phase.expectations),
    ]),
    ...resultRows('steady state', 'after the method', saved.steadyState.after),
    ...saved.findings.map(findingRow),
    ...saved.thresholds.map(thresholdRow),
    ...saved.workloads.flatMap(workloadRow),
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
  const { startedAt, endedAt } = phase;
  const took = startedAt === undefined || endedAt === undefined ? [] : [formatDuration(endedAt - startedAt)];
  return {
    what: 'phase',
    subject: phase.name,
    outcome: phase.outcome,
    verdict: PHASE_VERDICTS[phase.outcome],
    statement: [...took, ...phaseNotes(phase)].join(', '),
  };
}

/** What is stuck or rightly unavailable one by one; of what is available only the number. */
function livenessRows({ name, liveness }: Phase): SummaryRow[] {
  const targets = liveness?.targets ?? [];
  const available = targets.filter(({ state }) => state === 'available');
  const others = targets.filter(({ state }) => state !== 'available');
  const rows = others.map(({ kind, name: target, state, statement }): SummaryRow => {
    const outcome = LIVENESS_WORDS[state];
    const verdict = state === 'stuck' ? 'fail' : 'pass';
    return { what: 'liveness', subject: `${kind} ${target}`, outcome, verdict, statement };
  });
  if (available.length === 0) return rows;
  const slowest = Math.max(...available.map(({ afterMs = 0 }) => afterMs));
  const statement = `${counted(available.length, 'target')} served within ${formatDuration(slowest)}`;
  return [...rows, { what: 'liveness', subject: name, outcome: 'available', verdict: 'pass', statement }];
}

export const LIVENESS_WORDS = {
  available: 'available',
  stuck: 'stuck',
  'rightly-unavailable': 'rightly out',
} as const;

/** How the steady state was restored, and what else ended the phase, in words. */
export function phaseNotes(phase: Phase): string[] {
  const recovery = recoveryOf(phase);
  const came = recovery === undefined || recovery.outcome === 'not-recovered' ? [] : [recoveryText(recovery)];
  return [...came, ...(phase.note === undefined || came.includes(phase.note) ? [] : [phase.note])];
}

/** The outcome of a fault in one word, and the sentence that shows it. */
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
  // A fault that was skipped every time gets one sentence for all its injections.
  if (fault.skipped !== undefined)
    return { outcome: 'skipped', verdict: 'inconclusive', statement: fault.skipped };
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

/** One row for each fault, however often it was injected, and one more for each injection that did not succeed. */
function faultRows(injections: readonly Fault[]): SummaryRow[] {
  const rows = injections.map((fault) => ({ fault, row: faultRow(fault) }));
  const [first] = injections;
  if (first === undefined || injections.length === 1) return rows.map(({ row }) => row);
  const fine = rows.filter(({ fault, row }) => row.verdict === 'pass' && fault.skipped === undefined);
  const bad = rows.filter(({ fault, row }) => row.verdict !== 'pass' && fault.skipped === undefined);
  const skipped = injections.length - fine.length - bad.length;
  const sum: SummaryRow = {
    what: 'fault',
    subject: first.title,
    outcome: fine.length > 0 ? 'proven, undone' : 'skipped',
    verdict: tooOftenSkipped(injections) === null ? 'pass' : 'inconclusive',
    statement: tooOftenSkipped(injections) ?? skippedText(fine.length, skipped),
  };
  return fine.length + skipped === 0 ? bad.map(({ row }) => row) : [sum, ...bad.map(({ row }) => row)];
}

function faultRow(fault: Fault): SummaryRow {
  return { what: 'fault', subject: fault.title, ...faultState(fault) };
}

/** Those that were not met one by one; of the others only the number. */
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

/** What is known of the first example follows the statement, which ends with it. */
function findingRow(finding: SavedRun['findings'][number]): SummaryRow {
  const known = finding.verdict === 'fail' ? circumstancesText(finding.examples[0]?.circumstances) : '';
  return {
    what: 'check',
    subject: `${finding.check}: ${finding.subject}`,
    outcome: finding.verdict,
    verdict: finding.verdict,
    statement: known === '' ? finding.statement : `${finding.statement} (${known})`,
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

/** Figures without a judgement: thresholds say what they are compared with. */
function workloadRow(workload: SavedRun['workloads'][number]): SummaryRow[] {
  const { name, unavailability } = workload;
  const known = unavailability !== undefined && unavailability.longestMs !== null;
  const latency = latencySentence(workload);
  const offer = offerSentence(workload);
  const parts = [
    ...(known ? [unavailabilityText(unavailability)] : []),
    ...(latency === null ? [] : [latency]),
    ...(offer === null ? [] : [offer]),
  ];
  if (parts.length === 0) return [];
  return [
    { what: 'workload', subject: name, outcome: 'measured', verdict: 'pass', statement: parts.join('; ') },
  ];
}

/** The verdict that the outcome of an expectation or a threshold corresponds to. */
export function outcomeVerdict(
  outcome: Result['outcome'] | SavedRun['thresholds'][number]['outcome'],
): Verdict {
  if (outcome === 'met') return 'pass';
  return outcome === 'violated' || outcome === 'exceeded' ? 'fail' : 'inconclusive';
}
