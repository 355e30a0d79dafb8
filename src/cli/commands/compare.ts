import { dirname, join, relative, resolve } from 'node:path';
import { compareRuns } from '../../compare/compare.ts';
import type { CompareOptions, Comparison, ComparisonOutcome, NamedRun } from '../../compare/comparison.ts';
import { renderComparisonHtml } from '../../compare/html.ts';
import { renderComparisonJunit } from '../../compare/junit.ts';
import { renderComparisonMarkdown } from '../../compare/markdown.ts';
import { usesReadings, namedRun } from '../../compare/named-run.ts';
import { renderComparison } from '../../compare/text.ts';
import { DEFAULT_TOLERANCE } from '../../compare/tolerance.ts';
import { systemClock } from '../../support/clock.ts';
import { shellWord } from '../../support/shell.ts';
import { ExitCode } from '../exit-codes.ts';
import { complain, printJson, terminal, write } from '../output.ts';
import { latestPasses, runFoldersOf } from '../report/choose-runs.ts';
import { loadSavedRun } from '../report/saved-runs.ts';
import { writeForm } from '../forms/form-files.ts';

export interface CompareCommandOptions {
  out: string;
  /** A run, a folder of runs, or `latest-pass`. */
  baseline?: string[];
  failOn?: 'regression';
  alpha: number;
  /** A ratio. Without it the default applies, which does not judge latencies by phase. */
  tolerance?: number;
  html?: string;
  junit?: string;
  markdown?: string;
  json?: boolean;
}

/**
 * `chaos compare`: compares saved runs.
 *
 * @returns 0; with `failOn`: 1 for a regression, 2 when nothing important could be judged, otherwise 0
 */
export function compareCommand(words: string[], options: CompareCommandOptions): Promise<number> {
  const named = reader(options.html !== undefined);
  const runs = words.flatMap((word) => runFoldersOf(word, options.out)).map(named);
  const baseline = baselineOf(runs, named, options);
  const comparison = compareRuns(runs, ruleOf(words, baseline, options));
  if (options.html !== undefined) writePage(options.html, comparison, [...(baseline ?? []), ...runs]);
  if (options.junit !== undefined)
    writeForm(options.junit, renderComparisonJunit(comparison, systemClock.now().toISOString()));
  if (options.markdown !== undefined) writeForm(options.markdown, renderComparisonMarkdown(comparison));
  if (options.json === true) printJson(comparison, neverForInfinity);
  else write(renderComparison(comparison, terminal()));
  return Promise.resolve(options.failOn === undefined ? ExitCode.pass : EXIT_CODES[comparison.outcome]);
}

const EXIT_CODES: Readonly<Record<ComparisonOutcome, number>> = {
  regression: ExitCode.fail,
  'not-judged': ExitCode.inconclusive,
  'no-regression': ExitCode.pass,
};

/**
 * A gate needs a verdict, and so does a user who states a tolerance: for these, single runs are judged by the tolerance
 * too.
 */
function ruleOf(
  words: readonly string[],
  baseline: readonly NamedRun[] | null,
  { alpha, tolerance, failOn, baseline: named = [], out }: CompareCommandOptions,
): CompareOptions {
  const command = [
    'chaos compare',
    ...words.map(shellWord),
    ...(out === 'reports' ? [] : [`--out ${shellWord(out)}`]),
    ...named.map((word) => `--baseline ${shellWord(word)}`),
  ].join(' ');
  return {
    alpha,
    tolerance: tolerance ?? DEFAULT_TOLERANCE,
    spareLatencies: tolerance === undefined,
    judgeWithoutRepeats: failOn !== undefined || tolerance !== undefined,
    command,
    ...(baseline === null ? {} : { baseline }),
  };
}

type Reader = (folder: string) => NamedRun;

/** Reads one run after the other and keeps only the data that is compared. */
function reader(curves: boolean): Reader {
  return (folder) => {
    const saved = loadSavedRun(folder, (kind) => usesReadings(kind, curves));
    return namedRun(relative(process.cwd(), folder) || '.', saved, curves);
  };
}

/** @throws ChaosError `usage` when there is none */
function baselineOf(
  runs: readonly NamedRun[],
  named: Reader,
  options: CompareCommandOptions,
): NamedRun[] | null {
  if (options.baseline === undefined) return null;
  const ids = new Set(runs.map(({ saved }) => saved.runId));
  const experiments = [...new Set(runs.map(({ saved }) => saved.experiment.name))];
  return options.baseline.flatMap((word) => {
    if (word !== 'latest-pass') return runFoldersOf(word, options.out).map(named);
    return experiments.flatMap((experiment) => latestPasses(options.out, experiment, ids)).map(named);
  });
}

/** JSON has no infinity, so an event that never happened is written as `never`. */
function neverForInfinity(_: string, value: unknown): unknown {
  return value === Infinity ? 'never' : value;
}

function writePage(file: string, comparison: Comparison, runs: readonly NamedRun[]): void {
  const folders = new Map(runs.map(({ name, saved }) => [saved.runId, name]));
  const link = (runId: string): string | null => {
    const folder = folders.get(runId);
    if (folder === undefined) return null;
    const path = relative(dirname(resolve(file)), join(resolve(folder), 'report.html'));
    return path.split('/').map(encodeURIComponent).join('/');
  };
  writeForm(file, renderComparisonHtml(comparison, runs, link));
  complain(`page: ${file}`);
}
