import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { reducePair } from '../../reduce/reduce.ts';
import { signaturesOf, type Signature } from '../../reduce/signature.ts';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError } from '../../support/errors.ts';
import { exitCodeOf } from '../../verdict/verdict.ts';
import { ExitCode } from '../exit-codes.ts';
import { complain, print, printJson } from '../output.ts';
import { pairOf, writePair } from '../reduce/pair-files.ts';
import { notesOf, readmeOf, sizeWords, type Reduction } from '../reduce/readme.ts';
import { Tries } from '../reduce/tries.ts';
import { loadWithoutReadings, savedRunFolder } from '../report/saved-runs.ts';
import { catchInterrupts } from '../run/interrupts.ts';

export interface ReduceOptions {
  out: string;
  /** Id of the failure, of a run that has several. */
  of?: string;
  /** The most runs in all. */
  runs: number;
  /** Milliseconds. */
  budget: number;
  /** How often the whole experiment, and the reduced one, are run to see how often they show the failure. */
  repeat: number;
  /** Milliseconds, of one run. */
  runTimeout: number;
  json?: boolean;
}

/**
 * `chaos reduce RUN`: looks for the smallest experiment that fails as a saved run did, by running smaller and smaller ones.
 *
 * @returns 0 with a reduced experiment, 2 when the failure does not show again, 130 or 143 when it was interrupted
 */
export async function reduceCommand(word: string, options: ReduceOptions): Promise<number> {
  const folder = savedRunFolder(word, options.out);
  const run = loadWithoutReadings(folder);
  const signature = chosenSignature(run, basename(folder), options.of);
  const whole = pairOf(run, basename(folder));
  const interrupts = catchInterrupts(() => complain('already undoing everything; please wait'));
  const work = mkdtempSync(join(tmpdir(), 'chaos-reduce-'));
  try {
    const { signal } = interrupts;
    const tries = triesOf(run, signature, work, options, signal);
    complain(`looking for: ${signature.words}; at first ${sizeWords(whole)}`);
    const before = await tries.count(whole, options.repeat);
    if (before.shown === 0) {
      complain(`it did not show again in ${before.of} runs of the whole experiment`);
      return signal.aborted ? interrupted(signal) : ExitCode.inconclusive;
    }
    tries.expectRate(before.shown / before.of);
    const smallest = await reducePair(whole, {
      shows: (pair) => tries.shows(pair),
      step: (what) => complain(`  ${what}`),
    });
    const over = tries.whyOver();
    const { last = run } = tries;
    const after = over === null ? await tries.count(smallest, options.repeat) : { shown: 1, of: 1 };
    const reduction = { signature, run, whole, smallest, before, after, runs: tries.runs, over, last };
    const path = save(reduction, options.out);
    tell(reduction, path, options.json === true);
    return signal.aborted ? interrupted(signal) : ExitCode.pass;
  } finally {
    rmSync(work, { recursive: true, force: true });
    interrupts.release();
  }
}

function interrupted({ reason }: AbortSignal): number {
  return exitCodeOf('interrupted', reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
}

function chosenSignature(run: SavedRun, name: string, wanted: string | undefined): Signature {
  const all = signaturesOf(run);
  const [first] = all;
  if (first === undefined)
    throw new ChaosError(
      'usage',
      `${name} has not failed: its verdict is ${run.expected?.seen ?? run.verdict}`,
    );
  const chosen = wanted === undefined ? first : all.find(({ id }) => id === wanted);
  if (chosen !== undefined) return chosen;
  throw new ChaosError('usage', `${name} has no failure "${wanted}"`, {
    hint: `it has: ${all.map(({ id }) => id).join(', ')}`,
  });
}

function triesOf(
  run: SavedRun,
  signature: Signature,
  folder: string,
  options: ReduceOptions,
  signal: AbortSignal,
): Tries {
  let n = 0;
  return new Tries({
    folder,
    signature: signature.id,
    seed: run.seed,
    nats: /--nats (?:'([^']*)'|(\S+))/.exec(run.repeat.command)?.slice(1).find(Boolean),
    driver: run.driver,
    maxRuns: options.runs,
    budgetMs: options.budget,
    runTimeoutMs: options.runTimeout,
    signal,
    tried: (shown, verdict) =>
      complain(`    run ${(n += 1)}: ${shown ? 'shows it' : `does not (${verdict})`}`),
  });
}

/** @returns the path of the reduced experiment */
function save(reduction: Reduction, out: string): string {
  const folder = resolve(out, 'findings', reduction.signature.id);
  mkdirSync(folder, { recursive: true });
  const { shown, of } = reduction.after;
  const file = writePair(folder, reduction.smallest, notesOf(reduction), shown < of ? 'either' : 'fail');
  writeFileSync(join(folder, 'README.md'), readmeOf(reduction, basename(file)));
  return file;
}

function tell(reduction: Reduction, path: string, json: boolean): void {
  const { signature, before, after, runs, over, smallest, whole } = reduction;
  const file = relative(process.cwd(), path);
  if (json) {
    printJson({
      signature,
      file,
      before,
      after,
      runs,
      over,
      size: { before: sizeWords(whole), after: sizeWords(smallest) },
    });
    return;
  }
  const end = over === null ? 'nothing smaller shows it' : `not further, because ${over}`;
  print(
    `${signature.words}\n  ${sizeWords(whole)}\n  → ${sizeWords(smallest)}; shown in ${after.shown} of ${after.of} runs; ${end} (${runs} runs)\n  ${file}`,
  );
}
