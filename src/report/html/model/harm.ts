import type { SavedRun } from '../../schema.ts';
import { counted, formatNumber } from '../../text.ts';

export interface HarmFigure {
  label: string;
  /** `0`, `17`, or `?` when no check could measure it, `—` when there was no check. */
  value: string;
  note: string;
  verdict: 'pass' | 'fail' | 'inconclusive' | 'none';
}

/** Which checks a figure comes from, which of its counts are the harm, and which it names separately. */
interface Harm {
  label: string;
  checks: readonly string[];
  counts: readonly string[];
  apart: readonly string[];
}

/** The three figures that everyone asks for first. */
const HARMS: readonly Harm[] = [
  {
    label: 'Lost',
    checks: ['no-loss', 'exactly-once'],
    counts: ['missing', 'unkept'],
    apart: ['undelivered', 'unprocessed', 'unacknowledged', 'unconfirmed', 'outstanding'],
  },
  {
    label: 'Duplicated',
    checks: ['no-duplicates', 'exactly-once'],
    counts: ['storedTwice', 'redeliveredConfirmed', 'keptTwice'],
    apart: [],
  },
  { label: 'Out of order', checks: ['ordered'], counts: ['againstSequence', 'againstPublishing'], apart: [] },
];

export function harmFigures(saved: SavedRun): HarmFigure[] {
  return HARMS.map((harm) => {
    const { label, checks } = harm;
    const findings = saved.findings.filter(({ check }) => checks.includes(check));
    if (findings.length === 0) return { label, value: '—', note: 'not checked', verdict: 'none' };
    const note = [`by ${counted(findings.length, 'check')}`, ...apartOf(findings, harm)].join('; ');
    const failed = findings.filter((finding) => finding.verdict === 'fail');
    const total = failed.map((finding) => countOf(finding, harm)).reduce((sum, n) => sum + n, 0);
    if (total > 0) return { label, value: formatNumber(total), note, verdict: 'fail' };
    // The problem is another one, named in the note: the figure is neither bad nor good news.
    const verdict = findings.every((finding) => finding.verdict === 'pass') ? 'pass' : 'inconclusive';
    if (findings.every(isConclusive)) return { label, value: '0', note, verdict };
    return {
      label,
      value: '?',
      note: ['could not be measured', ...apartOf(findings, harm)].join('; '),
      verdict,
    };
  });
}

type Finding = SavedRun['findings'][number];

/** The finding's own figures; when it uses names that are not known here, its examples are a lower bound. */
function countOf(finding: Finding, { counts, apart }: Harm): number {
  const sum = (names: readonly string[]): number =>
    names.map((name) => finding.counts[name] ?? 0).reduce((total, n) => total + n, 0);
  const total = sum(counts);
  // It fails for several reasons, and says how often for each.
  if (finding.check === 'exactly-once') return total;
  return total > 0 || sum(apart) > 0 ? total : Math.max(1, finding.examples.length);
}

/** `3 undelivered`, `1 unconfirmed`: not this kind of harm, and named beside it. */
function apartOf(findings: readonly Finding[], { apart }: Harm): string[] {
  return apart.flatMap((name) => {
    const total = findings.map(({ counts }) => counts[name] ?? 0).reduce((sum, n) => sum + n, 0);
    return total === 0 ? [] : [`${formatNumber(total)} ${name}`];
  });
}

/** Whether a finding without harm proves that there is none: it passed, or it checked every message. */
function isConclusive({ check, verdict, counts }: Finding): boolean {
  if (check === 'exactly-once') return verdict !== 'inconclusive';
  const { acknowledged = 0, stored = 0, expired = 0 } = counts;
  return verdict === 'pass' || (acknowledged > 0 && stored + expired === acknowledged);
}
