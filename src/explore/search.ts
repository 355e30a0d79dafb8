import type { SavedRun } from '../report/schema.ts';
import { counted } from '../report/text.ts';
import { isKnownAs, type Signature } from '../reduce/signature.ts';
import { formatPercentage } from '../support/units.ts';
import { exitCodeOf, type Verdict } from '../verdict/verdict.ts';
import type { Coverage } from './coverage.ts';
import type { SavedSearch, SearchRun } from './saved.ts';

type Mutable<T> = T extends readonly (infer I)[]
  ? Mutable<I>[]
  : T extends object
    ? { -readonly [Field in keyof T]: Mutable<T[Field]> }
    : T;

/** A search as it grows. */
export type Search = Mutable<SavedSearch>;

/** From this share of runs without a conclusive verdict on, the search says so. */
const MANY = 0.1;
/** From this share on, that it found nothing says too little. */
const TOO_MANY = 0.5;

/** Verdicts that say something about the system: the others are counted apart. */
export function isConclusive({ verdict }: Pick<SearchRun, 'verdict'>): boolean {
  return verdict === 'pass' || verdict === 'fail';
}

/** Every way in which a run has failed; a failure that no signature describes has its headline. */
export function findingsOf(saved: SavedRun, signaturesOf: (saved: SavedRun) => Signature[]): Signature[] {
  if (saved.verdict !== 'fail') return [];
  const all = signaturesOf(saved);
  return all.length > 0 ? all : [{ id: 'failed', words: saved.headline, failure: saved.headline }];
}

/** The findings of a run by the names under which the search knows them: one of an older program may know them by others. */
export function asKnown(
  { findings: known }: Pick<SavedSearch, 'findings'>,
  findings: readonly Signature[],
): Signature[] {
  const named = findings.map((finding) => {
    const { id, words } = known.find((one) => isKnownAs(finding, one)) ?? finding;
    return { ...finding, id, words };
  });
  return [...new Map(named.map((one) => [one.id, one])).values()];
}

/** Takes in a run that has ended. @returns the findings that no earlier run has shown */
export function addRun(search: Search, run: SearchRun, findings: readonly Signature[]): Signature[] {
  search.runs = [...search.runs.filter(({ number }) => number !== run.number), run].sort(
    (a, b) => a.number - b.number,
  );
  const fresh: Signature[] = [];
  for (const finding of findings) {
    const known = search.findings.find(({ id }) => id === finding.id);
    if (known === undefined) {
      fresh.push(finding);
      const { id, words } = finding;
      search.findings.push({ id, words, count: 1, runs: [run.number], reduced: null });
    } else if (!known.runs.includes(run.number)) {
      known.count += 1;
      known.runs.push(run.number);
    }
  }
  search.warnings = warningsOf(search);
  return fresh;
}

/** Writes what the runs had of the space into the search. */
export function noteCoverage(search: Search, coverage: Coverage): void {
  search.features = coverage.features;
  search.covered = Number(coverage.share.toFixed(4));
  search.neverDrawn = coverage.neverDrawn;
}

/** Counts pairs of kinds of one run. */
export function noteOverlaps(search: Search, pairs: readonly (readonly [string, string])[]): void {
  const counts = new Map(search.overlaps.map((one) => [`${one.a} ${one.b}`, { ...one }]));
  for (const [a, b] of pairs) {
    const known = counts.get(`${a} ${b}`) ?? { a, b, count: 0 };
    counts.set(`${a} ${b}`, { ...known, count: known.count + 1 });
  }
  search.overlaps = [...counts.values()].sort((x, y) => y.count - x.count || x.a.localeCompare(y.a));
}

function warningsOf(search: Search): string[] {
  return [...inconclusiveWarnings(search), ...lackingWarnings(search)];
}

/** What keeps a search from all that its file describes. */
export function lackingWarnings({ leftOut = [] }: Pick<SavedSearch, 'leftOut'>): string[] {
  const lacking = leftOut.flatMap(({ name, why }) => (why === undefined ? [] : [{ name, why }]));
  return [...new Set(lacking.map(({ why }) => why))].map((why) => {
    const names = lacking.filter((one) => one.why === why).map(({ name }) => name);
    return `not in this search: ${names.join(', ')}: ${why}`;
  });
}

function inconclusiveWarnings({ runs }: Search): string[] {
  const without = runs.filter((run) => !isConclusive(run));
  if (without.length <= runs.length * MANY) return [];
  const reasons = new Map<string, number>();
  for (const { reason = 'no reason was given' } of without)
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const [most] = [...reasons].sort((a, b) => b[1] - a[1]);
  return [
    `${without.length} of ${runs.length} runs (${formatPercentage(without.length / runs.length, 0)}) have no conclusive verdict` +
      (most === undefined ? '' : `; most often: ${most[0]} (${most[1]})`),
  ];
}

/** What a search comes to. */
export interface Outcome {
  verdict: Verdict;
  exitCode: number;
  /** One sentence. */
  headline: string;
  conclusive: number;
}

export function outcomeOf(search: SavedSearch): Outcome {
  const { runs, findings, interrupted } = search;
  const conclusive = runs.filter(isConclusive).length;
  const verdict = verdictOf(search, conclusive);
  const apart = conclusive === runs.length ? '' : `, ${conclusive} of them conclusive`;
  const many = `${counted(runs.length, 'run')}${apart}`;
  const found = `${counted(findings.length, 'finding')} in ${many}`;
  const headlines: Record<Verdict, string> = {
    pass: `nothing found in ${many}`,
    fail: found,
    inconclusive: `nothing found, and too little proven: ${many}`,
    error: `no run could be carried out: ${runs.at(-1)?.reason ?? 'none began'}`,
    unclean: `a run has left something behind; ${found}`,
    interrupted: `interrupted by ${interrupted ?? 'a signal'}; ${found}`,
  };
  return { verdict, exitCode: exitCodeOf(verdict, interrupted), headline: headlines[verdict], conclusive };
}

function verdictOf({ runs, findings, interrupted }: SavedSearch, conclusive: number): Verdict {
  if (runs.some(({ verdict }) => verdict === 'unclean')) return 'unclean';
  if (interrupted !== undefined) return 'interrupted';
  if (findings.length > 0) return 'fail';
  if (runs.length > 0 && runs.every(({ verdict }) => verdict === 'error')) return 'error';
  return conclusive === 0 || conclusive < runs.length * TOO_MANY ? 'inconclusive' : 'pass';
}
