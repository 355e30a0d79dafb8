import type { Finding } from '../../checkers/checker.ts';
import { withCircumstances } from '../../checkers/circumstances.ts';
import { runChecks } from '../../checkers/run-checks.ts';
import type { History } from '../../history/history.ts';
import { isUndeclared } from '../../verdict/undeclared.ts';
import type { SavedRun } from '../../report/schema.ts';
import type { OpenedRun } from '../history/open-run.ts';
import { isPublisher, workloadNames } from '../history/workloads.ts';
import { differences } from './differences.ts';

/** What checks find in a saved history, once more. */
export interface Rechecked {
  verdict: Finding['verdict'];
  /** Why the history proves nothing, whatever is found in it; empty for the whole history of a drained run. */
  incomplete: string[];
  /** How much there was to judge. */
  read: {
    publishes: number;
    deliveries: number;
    stored: number;
    keyOperations?: number;
    operations?: number;
  };
  findings: Finding[];
  /** How that is another result than that in the report; left out where the report is of other checks, or there is none. */
  differences?: string[];
}

/** @param own whether these are the checks that the run itself made */
export function repeatChecks(
  { history, streams, saved }: OpenedRun,
  checks: Parameters<typeof runChecks>[1],
  own: boolean,
): Rechecked {
  const read = readAll(history, streams);
  const incomplete = incompleteness(history, saved);
  const repeated = runChecks(history, checks, {
    series: saved?.probes ?? [],
    ...(saved === undefined ? {} : { faults: saved.faults }),
  });
  const found = withCircumstances(history, repeated, saved ?? { phases: [], faults: [] });
  const findings = incomplete.length === 0 ? found : found.map(asFarAsItGoes);
  // The program has found these in other things than the history.
  const before = saved?.findings.filter((finding) => !isUndeclared(finding));
  return {
    verdict: verdictOf(findings),
    incomplete,
    read,
    findings,
    ...(own && before !== undefined ? { differences: differences(before, findings) } : {}),
  };
}

/** Reads everything once: only then is it known whether some file is torn. */
function readAll(history: History, streams: readonly string[]): Rechecked['read'] {
  const workloads = workloadNames(history);
  const publishers = workloads.filter((workload) => isPublisher(history, workload));
  const receivers = workloads.filter((workload) => !publishers.includes(workload));
  const keyOperations = sum(workloads.map((workload) => rowsIn(history.kv(workload))));
  const operations = sum(workloads.map((workload) => rowsIn(history.operations(workload))));
  return {
    publishes: sum(publishers.map((workload) => rowsIn(history.publishes(workload)))),
    deliveries: sum(receivers.map((workload) => deliveriesIn(history, workload))),
    stored: sum(streams.map((stream) => rowsIn(history.stored(stream)))),
    ...(keyOperations === 0 ? {} : { keyOperations }),
    ...(operations === 0 ? {} : { operations }),
  };
}

function rowsIn(batches: Iterable<{ length: number }>): number {
  let rows = 0;
  for (const { length } of batches) rows += length;
  return rows;
}

/** Without the second rows of those whose acknowledgement took long. */
function deliveriesIn(history: History, workload: string): number {
  const statuses = history.deliveryStatuses(workload);
  let deliveries = 0;
  for (const { status, length } of history.deliveries(workload))
    for (let row = 0; row < length; row += 1)
      if (statuses[status[row] ?? 0]?.row !== 'later') deliveries += 1;
  return deliveries;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, one) => all + one, 0);
}

/** A run that ended in any other way than in order was not drained: its history proves neither loss nor that there is none. */
function incompleteness(history: History, saved: SavedRun | undefined): string[] {
  return [
    ...(history.torn === true ? ['the history ends in the middle of something: what wrote it died'] : []),
    ...(saved === undefined ? ['the run has no report: it was killed, or is still going on'] : []),
    ...(saved !== undefined && saved.drain === undefined ? ['the run was not drained'] : []),
    ...(saved?.harness === undefined ? [] : [`the harness broke: ${saved.harness.text}`]),
  ];
}

function asFarAsItGoes(finding: Finding): Finding {
  if (finding.verdict === 'inconclusive') return finding;
  const word = finding.verdict === 'pass' ? 'passes' : 'fails';
  const statement = `as far as the history goes it ${word}: ${finding.statement}`;
  return { ...finding, verdict: 'inconclusive', statement };
}

/** Fail beats inconclusive beats pass; without any check nothing is proven. */
function verdictOf(findings: readonly Finding[]): Finding['verdict'] {
  if (findings.some(({ verdict }) => verdict === 'fail')) return 'fail';
  const proven = findings.length > 0 && findings.every(({ verdict }) => verdict === 'pass');
  return proven ? 'pass' : 'inconclusive';
}
