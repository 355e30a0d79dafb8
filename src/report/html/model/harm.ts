import type { SavedRun } from '../../schema.ts';
import { counted, formatNumber } from '../../text.ts';

export interface HarmFigure {
  label: string;
  /** `0`, `17`, or `?` where no check could tell, `—` where none was made. */
  value: string;
  note: string;
  verdict: 'pass' | 'fail' | 'inconclusive' | 'none';
}

/** The three figures that everyone asks for first: which check they come from, and what it counts as a violation. */
const HARMS = [
  { label: 'Lost', check: 'no-loss', counts: ['missing', 'undelivered', 'unacknowledged', 'unprocessed'] },
  { label: 'Duplicated', check: 'no-duplicates', counts: ['storedTwice', 'redeliveredConfirmed'] },
  { label: 'Out of order', check: 'ordered', counts: ['againstSequence', 'againstPublishing'] },
] as const;

export function harmFigures(saved: SavedRun): HarmFigure[] {
  return HARMS.map(({ label, check, counts }) => {
    const findings = saved.findings.filter((finding) => finding.check === check);
    if (findings.length === 0) return { label, value: '—', note: 'not checked', verdict: 'none' };
    const failed = findings.filter((finding) => finding.verdict === 'fail');
    const unclear = findings.some((finding) => finding.verdict === 'inconclusive');
    const note = `by ${counted(findings.length, 'check')}`;
    if (failed.length > 0) {
      const total = failed.map((finding) => countOf(finding, counts)).reduce((sum, n) => sum + n, 0);
      return { label, value: formatNumber(total), note, verdict: 'fail' };
    }
    if (unclear) return { label, value: '?', note: 'could not be told', verdict: 'inconclusive' };
    return { label, value: '0', note, verdict: 'pass' };
  });
}

/** The finding's own figures; its examples are a lower bound where it counts under names that are not known here. */
function countOf(finding: SavedRun['findings'][number], names: readonly string[]): number {
  const total = names.map((name) => finding.counts[name] ?? 0).reduce((sum, n) => sum + n, 0);
  return total > 0 ? total : Math.max(1, finding.examples.length);
}
