import { counted } from '../report/text.ts';
import type { Call, ComparisonOutcome, Difference, ExperimentComparison, MetricRow } from './comparison.ts';
import { percent, quantity } from './quantity.ts';
import { FLOORS } from './tolerance.ts';

export const OUTCOME_NAMES: Readonly<Record<ComparisonOutcome, string>> = {
  regression: 'Regression',
  'no-regression': 'No regression',
  'not-judged': 'Not judged',
};

/** Not the sign of an inconclusive run: this is the absence of a judgement, not a failed attempt. */
export const OUTCOME_SIGNS: Readonly<Record<ComparisonOutcome, string>> = {
  regression: '✘',
  'no-regression': '✔',
  'not-judged': '–',
};

/** The text for a comparison without any experiment. */
export const NOTHING = 'Not judged: there is no run to compare';

/** `2.12.3 against 2.10.23: 0 of 17 figures judged, 23 claims compared`. */
export function scopeWords({ groups, judged, metrics }: ExperimentComparison): string {
  const { figures, byToleranceAlone: alone, claims } = judged;
  const [reference, ...others] = groups.map(({ id }) => id);
  const compared = groups.some(({ baseline }) => baseline) && others.length > 0;
  if (!compared) return `${groups.map(({ id }) => id).join(', ')}: nothing was compared`;
  const who = `${others.join(', ')} against ${reference ?? ''}`;
  const how = figures === 0 ? '' : ` (${basisWords(figures, alone, { groups, metrics })})`;
  return `${who}: ${figures} of ${counted(metrics.length, 'figure')} judged${how}, ${counted(claims, 'claim')} compared`;
}

/** `single runs, tolerance 20% alone`, `noise and tolerance 20%`. */
function basisWords(
  figures: number,
  alone: number,
  { groups, metrics }: Pick<ExperimentComparison, 'groups' | 'metrics'>,
): string {
  const judged = metrics.filter(({ differences }) => differences.some(({ basis }) => basis !== null));
  const tolerances = [...new Set(judged.map(({ tolerance = 0 }) => tolerance))].sort((a, b) => a - b);
  const tolerance = `tolerance ${tolerances.map(percent).join(' or ')}`;
  if (alone === 0) return `noise and ${tolerance}`;
  const few = groups.every(({ runs }) => runs.length === 1)
    ? 'single runs'
    : 'too few runs to know the noise';
  return alone === figures ? `${few}, ${tolerance} alone` : `${tolerance}; ${alone} by that alone, ${few}`;
}

/** Which tolerance figures were judged by, and from where it came; null when none was judged. */
export function toleranceWords(
  { judged, metrics }: ExperimentComparison,
  tolerance: number | undefined,
): string | null {
  if (judged.figures === 0) return null;
  const stated = metrics.some((row) => row.stated);
  const spared = metrics.some((row) => row.kind === 'latency' && row.tolerance === undefined);
  const floors = `${quantity(FLOORS.timeMs, 'ms')} (latencies ${quantity(FLOORS.latencyMs, 'ms')}, errors ${percent(FLOORS.ratio)})`;
  return [
    tolerance === undefined
      ? 'Tolerance: what the experiment states; other figures are not judged.'
      : `Tolerance: ${percent(tolerance)}${stated ? ' where the experiment states none' : ''}, and more than ${floors}.`,
    ...(spared && tolerance !== undefined
      ? [`Latencies by phase are judged with --tolerance, or by a threshold.`]
      : []),
  ].join(' ');
}

/** The words beside a figure's ratio. */
export function callText({ tolerance = 0 }: MetricRow, { call, basis, regression }: Difference): string {
  if (regression) return 'regression';
  // Too few runs to estimate noise, but judged all the same.
  return basis === 'tolerance' ? `within ${percent(tolerance)}` : CALL_WORDS[call];
}

const CALL_WORDS: Readonly<Record<Call, string>> = {
  worse: 'worse',
  better: 'better',
  alike: 'no difference seen',
  'too-few': 'too few runs',
  'seen-once': 'single run',
  missing: '',
};

export interface Note {
  kind: 'regression' | 'differs' | 'not judged' | 'to have it judged' | 'or';
  text: string;
  command?: string;
}

/** A reader takes in no more of the same kind. */
const MAX_DIFFERENCES = 8;

/** The notes on an experiment, in order: what got worse, what else differs, why it is not judged, and what to do. */
export function notesOf(one: ExperimentComparison): Note[] {
  const shown = one.differences.slice(0, MAX_DIFFERENCES);
  const more = one.differences.length - shown.length;
  return [
    ...one.regressions.map((text): Note => ({ kind: 'regression', text })),
    ...shown.map((text): Note => ({ kind: 'differs', text })),
    ...(more > 0
      ? [{ kind: 'differs', text: `${counted(more, 'more figure')}, in the table` } as const]
      : []),
    ...one.notJudged.map((text): Note => ({ kind: 'not judged', text })),
    ...one.remedies.map(({ alternative, ...remedy }): Note => ({
      kind: alternative === true ? 'or' : 'to have it judged',
      ...remedy,
    })),
  ];
}

export function leftOutWords(names: readonly string[]): string {
  return `In the baseline, but not compared as no other run is there: ${names.join(', ')}`;
}
