import { claimsOf } from '../report/forms/claims.ts';
import { counted } from '../report/text.ts';
import type { ComparisonOutcome, Judged, MetricRow, NamedRun } from './comparison.ts';
import type { Group } from './groups.ts';

/**
 * Regressions decide alone; without one, a single figure or run that was not judged makes the comparison `not-judged`.
 */
export function outcomeOf(regressions: readonly string[], notJudged: readonly string[]): ComparisonOutcome {
  if (regressions.length > 0) return 'regression';
  return notJudged.length > 0 ? 'not-judged' : 'no-regression';
}

/** Of several experiments: a regression beats `not-judged`. Of none, nothing was judged. */
export function worstOutcome(outcomes: readonly ComparisonOutcome[]): ComparisonOutcome {
  if (outcomes.includes('regression')) return 'regression';
  return outcomes.length === 0 || outcomes.includes('not-judged') ? 'not-judged' : 'no-regression';
}

/** In a run that broke off or proved nothing, the absence of a finding says nothing. */
export function isHonest({ saved }: NamedRun): boolean {
  return saved.verdict === 'pass' || saved.verdict === 'fail';
}

/** How much was judged, and in words why a regression cannot be excluded in the rest. */
export function judgementOf(
  reference: Group,
  others: readonly Group[],
  metrics: readonly MetricRow[],
): { judged: Judged; notJudged: string[] } {
  const bases = metrics.map(({ differences }) => differences.flatMap(({ basis }) => basis ?? []));
  const claims = others.map((group) => claimsInCommon(reference, group));
  const judged = {
    figures: bases.filter((all) => all.length > 0).length,
    byToleranceAlone: bases.filter((all) => all.includes('tolerance')).length,
    claims: Math.max(0, ...claims),
  };
  if (others.length === 0) {
    const what = reference.info.baseline
      ? 'there is nothing to hold these runs against'
      : 'no run of the baseline is of this experiment';
    return { judged, notJudged: [what] };
  }
  if (!reference.runs.some(isHonest))
    return { judged, notJudged: [`${reference.info.id}: no run of the reference passed or failed`] };
  const notJudged = others.flatMap((group, at) => notJudgedOf(group, metrics, claims[at] ?? 0));
  return { judged, notJudged };
}

function notJudgedOf({ info: { id }, runs }: Group, metrics: readonly MetricRow[], claims: number): string[] {
  if (!runs.some(isHonest)) return [`${id}: no run passed or failed`];
  const rows = metrics.map((row) => ({ row, difference: row.differences.find(({ group }) => group === id) }));
  const open = rows.filter(({ difference }) => difference?.basis === null);
  // A figure for which the experiment states a tolerance must be judged, whatever else is judged.
  const owed = open.filter(({ row }) => row.stated);
  return [
    ...brokenRuns(id, runs),
    ...(rows.length > 0 && open.length === rows.length ? [`${id}: ${noFigure(open, reasons(open))}`] : []),
    ...(open.length < rows.length && owed.length > 0
      ? [`${id}: ${owed.map(({ row }) => row.label).join(', ')}: ${reasons(owed)}`]
      : []),
    ...(rows.length === 0 && claims === 0 ? [`${id}: neither a figure nor a claim in common`] : []),
  ];
}

/** Without runs that a person stopped: these say nothing about NATS. */
function brokenRuns(id: string, runs: readonly NamedRun[]): string[] {
  const broken = runs.filter((run) => !isHonest(run) && run.saved.verdict !== 'interrupted');
  if (broken.length === 0) return [];
  const verdicts = [...new Set(broken.map(({ saved }) => saved.verdict))].join(', ');
  return [
    `${id}: ${broken.length} of ${counted(runs.length, 'run')} neither passed nor failed (${verdicts})`,
  ];
}

type Open = readonly { row: MetricRow; difference: MetricRow['differences'][number] | undefined }[];

function noFigure(open: Open, why: string): string {
  return `none of ${counted(open.length, 'figure')} is judged: ${why}`;
}

/** Why figures were not judged. */
function reasons(open: Open): string {
  const there = open.flatMap(({ difference }) => difference ?? []).filter(({ call }) => call !== 'missing');
  if (there.length === 0) return 'not measured on both sides';
  if (there.every(({ enough }) => enough)) return 'no tolerance is given';
  const isSingle = there.some(({ call }) => call === 'seen-once');
  return isSingle ? 'a single run says nothing of noise' : 'too few runs to know the noise';
}

/** Claims that were judged in an honest run of both, either way. */
function claimsInCommon(reference: Group, group: Group): number {
  const before = judgedClaims(reference);
  return [...judgedClaims(group)].filter((name) => before.has(name)).length;
}

function judgedClaims({ runs }: Group): Set<string> {
  const claims = runs.filter(isHonest).flatMap(({ saved }) => claimsOf(saved));
  return new Set(
    claims
      // That a run was carried out at all is no claim about NATS.
      .filter(({ group, outcome }) => group !== 'run' && (outcome === 'pass' || outcome === 'fail'))
      .map(({ group, where, name }) => `${group}, ${where}: ${name}`),
  );
}
