import type { SavedRun } from '../report/schema.ts';
import { SERVER_ASSERTION } from '../verdict/server-assertion.ts';
import { shapeOf } from './log-shape.ts';

/**
 * Counts of findings that are problems, the gravest first: what is gone, what is wrong, what is there too often, what is
 * in the wrong order. A finding of several is named by the gravest, because the others often follow from it.
 */
const PROBLEMS = [
  ...['missing', 'lost', 'vanished', 'lostUpdates', 'unkept', 'missingOnReplica', 'holes', 'leftOut'],
  ...['leftBehind', 'undelivered', 'unacknowledged', 'incomplete', 'tooManyLost'],
  ...['impossible', 'undead', 'wrongStates', 'wrongConfigurations', 'nodesDiffer', 'wrongReplicas'],
  ...['wronglyListed', 'untrueRefusals', 'untrueLists'],
  ...['corrupt', 'torn', 'contentDiffers', 'subjectDiffers', 'unrecognised', 'wrongAnswers', 'wrongKey'],
  ...['phantoms', 'ofNobody', 'answersOfNobody', 'refusedYetStored', 'fromTheFuture', 'conflicts'],
  ...['storedTwice', 'keptTwice', 'handledTwice', 'twice', 'duplicates', 'redeliveredConfirmed', 'tooOften'],
  ...['againstSequence', 'againstPublishing', 'againstSubject', 'revisionsFell', 'sessionBehind', 'falls'],
  ...['tooFewAnswers', 'refusedWithoutReason', 'slowPasses', 'unfair'],
];

/** In which way a check failed: a word of ours, or the shape of its first example. */
export function problemOf({ check, subject, counts, examples }: SavedRun['findings'][number]): string {
  if (examples.some(({ text }) => text.endsWith('itself is gone'))) return 'stream gone';
  if (check === SERVER_ASSERTION) return shapeOf(subject);
  // Its counts are of all requests; what it calls bad is part of its claim.
  if (check === 'slo') return '';
  const gravest = PROBLEMS.find((name) => (counts[name] ?? 0) > 0);
  if (gravest !== undefined) return inWords(gravest);
  const [first] = examples;
  return first === undefined ? '' : shapeOf(first.text);
}

/** `missingOnReplica` → `missing on replica`. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
