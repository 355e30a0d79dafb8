import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stillClaims } from '../../reduce/claimed.ts';
import { reduceByRuns } from '../../reduce/reduction.ts';
import type { Shown } from '../../reduce/reproduction.ts';
import { isOfTime, type Signature } from '../../reduce/signature.ts';
import type { SavedRun } from '../../report/schema.ts';
import type { Carrier } from '../suite/carrier.ts';
import { issueText } from './issue.ts';
import { pairOf, writePair } from './pair-files.ts';
import { expectedOf, notesOf, sizeWords, takenBackWords, type Reduction } from './reduction.ts';
import { Tries } from './tries.ts';
import { openWorkplace } from './workplace.ts';

export interface ReduceRunOptions {
  /** The run that failed. */
  saved: SavedRun;
  /** What it is called in messages. */
  name: string;
  carrier: Carrier;
  /** The failure that must show. */
  signature: Signature;
  /** A folder with the id of the failure is made in it. */
  folder: string;
  /** The most runs in all. */
  maxRuns: number;
  /** Milliseconds; after this no run begins. */
  budgetMs: number;
  runTimeoutMs: number;
  /** How often the whole experiment, and the reduced one, are run to see how often they fail; left out: 3. */
  repeat?: number;
  signal: AbortSignal;
  /** Gets a line of text for each step and run. */
  say: (line: string) => void;
}

export interface ReducedRun {
  /** Of the reduced experiment; null where the failure did not show again. */
  folder: string | null;
  /** Path of the experiment; its environment is beside it. */
  experiment: string | null;
  /** How often the whole experiment showed the failure. */
  before: Shown;
  after: Shown | null;
  /** The last steps, where what came of them showed the failure less often: how many, and how often; null: none. */
  takenBack: { steps: number; after: Shown } | null;
  /** Runs in all. */
  runs: number;
  /** Why it was not reduced further; null: nothing smaller shows it as often. */
  over: string | null;
  /** Of both, in words. */
  size: { before: string; after: string | null };
}

const REPEAT = 3;

/**
 * Looks for the smallest experiment that fails as a saved run did, by running smaller and smaller ones, and writes it with
 * its environment and a README.
 *
 * @throws ChaosError `usage` for a run that cannot be repeated from its report alone, `failed` when a run has left something
 *   behind, `unavailable` when the same failure is being reduced there already
 */
export async function reduceRun(options: ReduceRunOptions): Promise<ReducedRun> {
  const { saved: run, name, signature, folder, repeat = REPEAT, signal, say } = options;
  const whole = pairOf(run, name);
  const workplace = await openWorkplace(folder, signature.id, signal);
  try {
    const tries = triesOf(options, workplace.folder);
    say(`looking for: ${signature.failure}; at first ${sizeWords(whole)}`);
    const reduced = await reduceByRuns(whole, {
      runner: tries,
      repeat,
      canShow: stillClaims(signature, whole),
      isOfTime: isOfTime(signature.id),
      step: (what) => say(`  ${what}`),
      begun: ({ shown, of }) => say(`  it shows in ${shown} of ${of} runs of the whole experiment`),
    });
    const { before, smallest, takenBack, over } = reduced;
    const { runs, last = run } = tries;
    const result = { before, runs, over, takenBack: null, size: { before: sizeWords(whole), after: null } };
    if (smallest === null) {
      say(
        `it did not show again in ${before.of} runs of the whole experiment${over === null ? '' : `: ${over}`}`,
      );
      return { ...result, folder: null, experiment: null, after: null };
    }
    const { pair, after } = smallest;
    if (takenBack !== null) say(`  ${takenBackWords(takenBack)}`);
    const isMeasured = after.of >= repeat;
    const reduction = {
      ...{ signature, run, whole, smallest: pair, before, after, isMeasured, takenBack, runs, over, last },
    };
    const place = resolve(folder, signature.id);
    const experiment = write(reduction, place);
    return {
      ...{ ...result, folder: place, experiment, after },
      takenBack: takenBack === null ? null : { steps: takenBack.steps, after: takenBack.after },
      size: { before: sizeWords(whole), after: sizeWords(pair) },
    };
  } finally {
    workplace.close();
  }
}

function triesOf(options: ReduceRunOptions, folder: string): Tries {
  const { saved: run, signature, carrier, maxRuns, budgetMs, runTimeoutMs, signal, say } = options;
  let n = 0;
  return new Tries({
    folder,
    signature,
    seed: run.seed,
    nats: /--nats (?:'([^']*)'|(\S+))/.exec(run.repeat.command)?.slice(1).find(Boolean),
    driver: run.driver,
    carrier,
    maxRuns,
    budgetMs,
    runTimeoutMs,
    signal,
    tried: (shown, verdict) => say(`    run ${(n += 1)}: ${shown ? 'shows it' : `does not (${verdict})`}`),
  });
}

/** In the folder of a failure. */
const FILES = { experiment: 'experiment.yaml', environment: 'environment.yaml' };

/** @returns the path of the reduced experiment */
function write(reduction: Reduction, folder: string): string {
  const { smallest } = reduction;
  const expected = expectedOf(reduction);
  const path = writePair(folder, smallest, notesOf(reduction), expected, FILES);
  const file = (name: string): { name: string; text: string } => ({
    name,
    text: readFileSync(join(folder, name), 'utf8'),
  });
  const files = { experiment: file(FILES.experiment), environment: file(FILES.environment) };
  writeFileSync(join(folder, 'README.md'), issueText(reduction, files));
  return path;
}
