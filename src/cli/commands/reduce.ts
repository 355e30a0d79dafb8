import { basename, join, relative } from 'node:path';
import { signaturesOf, type Signature } from '../../reduce/signature.ts';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError } from '../../support/errors.ts';
import { exitCodeOf } from '../../verdict/verdict.ts';
import { ExitCode } from '../exit-codes.ts';
import { complain, print, printJson } from '../output.ts';
import { reduceRun, type ReducedRun } from '../reduce/reduce-run.ts';
import { localCarrier } from '../suite/local-carrier.ts';
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
  const saved = loadWithoutReadings(folder);
  const name = basename(folder);
  const signature = chosenSignature(saved, name, options.of);
  const interrupts = catchInterrupts(() => complain('already undoing everything; please wait'));
  try {
    const { signal } = interrupts;
    const reduced = await reduceRun({
      saved,
      name,
      signature,
      folder: join(options.out, 'findings'),
      maxRuns: options.runs,
      budgetMs: options.budget,
      runTimeoutMs: options.runTimeout,
      repeat: options.repeat,
      signal,
      carrier: localCarrier,
      say: complain,
    });
    printOutcome(signature, reduced, options.json === true);
    if (signal.aborted) return exitCodeOf('interrupted', signal.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
    return reduced.folder === null ? ExitCode.inconclusive : ExitCode.pass;
  } finally {
    interrupts.release();
  }
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

function printOutcome(signature: Signature, reduced: ReducedRun, json: boolean): void {
  const { experiment, before, after, takenBack, runs, over, size } = reduced;
  const file = experiment === null ? null : relative(process.cwd(), experiment);
  if (json) {
    const { id, words } = signature;
    printJson({ signature: { id, words }, file, before, after, takenBack, runs, over, size });
    return;
  }
  if (file === null || after === null) return;
  const end = over === null ? 'nothing smaller shows it' : `not further, because ${over}`;
  print(
    `${signature.words}\n  ${size.before}\n  → ${size.after}; shown in ${after.shown} of ${after.of} runs; ${end} (${runs} runs)\n  ${file}`,
  );
}
