import { relative } from 'node:path';
import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { didYouMean } from '../../experiment/source/suggest.ts';
import { driverOffer } from '../../plan/driver-offer.ts';
import { onMachine, reasonAgainst } from '../../plan/machine-offer.ts';
import { explainRun } from '../../report/explain-run.ts';
import { wrap } from '../../report/text.ts';
import { ChaosError } from '../../support/errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { everyKind, kindsCalled, ROOMS, type Explained, type Room } from '../explain/kinds.ts';
import { ABOUT } from '../explain/rooms.ts';
import { kindText, roomText } from '../explain/text.ts';
import { print, printJson, widthOf } from '../output.ts';
import { findSavedRun, loadWithoutReadings, savedRunNames } from '../report/saved-runs.ts';

export interface ExplainOptions {
  out: string;
  json?: boolean;
}

/**
 * `chaos explain`: describes every kind of this name, or says why a saved run got its verdict.
 *
 * @returns 0, whatever the run's verdict
 * @throws ChaosError `usage` for a word that names neither a kind nor a run
 */
export function explainCommand(word: string, options: ExplainOptions): Promise<number> {
  const kinds = kindsCalled(word);
  if (kinds.length > 0) explainKinds(word, kinds, options);
  else if (isRoom(word)) explainRoom(word, options);
  else explainSavedRun(word, options);
  return Promise.resolve(ExitCode.pass);
}

function isRoom(word: string): word is Room {
  return (ROOMS as readonly string[]).includes(word);
}

function explainKinds(word: string, kinds: readonly Explained[], { json }: ExplainOptions): void {
  if (json === true) printJson({ word, explained: kinds });
  else print(kinds.map((kind) => kindText(kind, lackingHere(kind), width())).join('\n\n'));
}

function explainRoom(room: Room, { json }: ExplainOptions): void {
  const kinds = everyKind().filter((kind) => kind.room === room);
  if (json === true) printJson({ word: room, about: ABOUT[room], explained: kinds });
  else print(roomText({ room, about: ABOUT[room], kinds }, width()));
}

/** What a fault or an action needs and this machine lacks, in words. */
function lackingHere(kind: Explained): string | null {
  if (kind.room === 'verdict' || kind.room === 'asset' || kind.requires.length === 0) return null;
  return reasonAgainst(kind.requires, onMachine(driverOffer('process'), surveyMachine()));
}

function explainSavedRun(word: string, { out, json }: ExplainOptions): void {
  const folder = findSavedRun(word, out);
  if (folder === undefined) throw unknown(word, out);
  const shown = relative(process.cwd(), folder) || '.';
  const saved = loadWithoutReadings(folder);
  const sentences = explainRun(saved, shown);
  if (json === true) {
    const { verdict, exitCode, experiment } = saved;
    printJson({ word, run: shown, experiment: experiment.name, verdict, exitCode, sentences });
  } else {
    print(
      Object.values({ ...sentences })
        .map((sentence) => wrap(sentence, width()).join('\n'))
        .join('\n\n'),
    );
  }
}

function unknown(word: string, out: string): ChaosError {
  const known = [
    ...new Set([...everyKind().map(({ kind }) => kind), ...ROOMS, ...savedRunNames(out), 'latest']),
  ];
  return new ChaosError(
    'usage',
    `there is nothing called "${word}": no kind of fault, action, probe, workload, check, threshold, asset, space or verdict, and no saved run under ${out}${didYouMean(word, known)}`,
    { hint: 'chaos list shows the kinds; a run is its folder, its id, or latest' },
  );
}

/** Logs are searched line by line, so only a terminal gets wrapped lines. */
function width(): number {
  const { stdout } = process;
  return stdout.isTTY ? Math.max(40, Math.min(widthOf(stdout, 80), 120)) : Number.POSITIVE_INFINITY;
}
