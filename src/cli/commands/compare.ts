import { mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { compareRuns } from '../../compare/compare.ts';
import type { Comparison, NamedRun } from '../../compare/comparison.ts';
import { renderComparisonHtml } from '../../compare/html.ts';
import { looksAt, namedRun } from '../../compare/named-run.ts';
import { renderComparison } from '../../compare/text.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { complain } from '../output.ts';
import { latestPasses, runFoldersOf } from '../report/choose-runs.ts';
import { loadSavedRun } from '../report/saved-runs.ts';
import { writeWhole } from '../run/run-folder.ts';

export interface CompareCommandOptions {
  out: string;
  /** Runs, or `latest-pass`. */
  baseline?: string[];
  failOn?: 'regression';
  alpha: number;
  /** A ratio. */
  tolerance?: number;
  html?: string;
  json?: boolean;
}

/**
 * `chaos compare`: runs held against one another.
 *
 * @returns 0; with `failOn`, 1 when something got worse, and 2 when that cannot be told
 */
export function compareCommand(words: string[], options: CompareCommandOptions): Promise<number> {
  const named = reader(options.html !== undefined);
  const runs = words.flatMap((word) => runFoldersOf(word, options.out)).map(named);
  const baseline = baselineOf(runs, named, options);
  const { alpha, tolerance } = options;
  const comparison = compareRuns(runs, {
    alpha,
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(baseline === null ? {} : { baseline }),
  });
  if (options.html !== undefined) writePage(options.html, comparison, [...(baseline ?? []), ...runs]);
  if (options.json === true) process.stdout.write(`${JSON.stringify(comparison, neverForInfinity, 2)}\n`);
  else process.stdout.write(renderComparison(comparison, terminal()));
  return Promise.resolve(options.failOn === undefined ? ExitCode.pass : gate(comparison));
}

type Reader = (folder: string) => NamedRun;

/** Reads one run after the other, and keeps of each only what is compared. */
function reader(curves: boolean): Reader {
  return (folder) => {
    const saved = loadSavedRun(folder, (kind) => looksAt(kind, curves));
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

function gate(comparison: Comparison): number {
  const { experiments } = comparison;
  if (experiments.some(({ regressions }) => regressions.length > 0)) return ExitCode.fail;
  return experiments.some(({ untold }) => untold.length > 0) ? ExitCode.inconclusive : ExitCode.pass;
}

/** JSON has no infinity; what never came says so. */
function neverForInfinity(_: string, value: unknown): unknown {
  return value === Infinity ? 'never' : value;
}

function terminal(): { color: boolean; width: number } {
  const { isTTY, columns } = process.stdout;
  return { color: isTTY && process.env['NO_COLOR'] === undefined, width: isTTY ? columns : 120 };
}

function writePage(file: string, comparison: Comparison, runs: readonly NamedRun[]): void {
  const folders = new Map(runs.map(({ name, saved }) => [saved.runId, name]));
  const link = (runId: string): string | null => {
    const folder = folders.get(runId);
    if (folder === undefined) return null;
    const path = relative(dirname(resolve(file)), join(resolve(folder), 'report.html'));
    return path.split('/').map(encodeURIComponent).join('/');
  };
  try {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    writeWhole(resolve(file), renderComparisonHtml(comparison, runs, link));
  } catch (thrown) {
    throw new ChaosError('usage', `${file} cannot be written: ${messageOf(thrown)}`);
  }
  complain(`page: ${file}`);
}
