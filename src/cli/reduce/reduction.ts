import { placesIn, type Pair } from '../../reduce/pair.ts';
import { clusters, phases, strikes, workloads } from '../../reduce/places.ts';
import type { TakenBack } from '../../reduce/reduction.ts';
import type { Signature } from '../../reduce/signature.ts';
import type { SavedRun } from '../../report/schema.ts';

export interface Reduction {
  signature: Signature;
  /** The run that was reduced. */
  run: SavedRun;
  whole: Pair;
  smallest: Pair;
  /** How often each of them showed the failure. */
  before: { shown: number; of: number };
  after: { shown: number; of: number };
  /** Whether the reduced one was run as often in the end as was asked for. */
  isMeasured: boolean;
  /** What is smaller still, and showed it less often. */
  takenBack: TakenBack | null;
  /** Runs in all. */
  runs: number;
  /** Why it was not reduced further, where that was not because nothing smaller shows the failure. */
  over: string | null;
  /** The newest run that showed it. */
  last: SavedRun;
}

/** The files of a reduced experiment. */
export interface IssueFiles {
  /** Names in the folder, and their content. */
  experiment: { name: string; text: string };
  environment: { name: string; text: string };
}

/** The size of a pair in words: `2 faults and actions in 1 phase, 1 workload, 3 nodes, 1 stream`. */
export function sizeWords(pair: Pair): string {
  const struck = strikes(pair).length;
  const nodes = clusters(pair).flatMap((cluster) => placesIn(pair, [...cluster, 'nodes']));
  const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
  return [
    `${struck} ${struck === 1 ? 'fault or action' : 'faults and actions'} in ${count(phases(pair).length, 'phase')}`,
    count(workloads(pair).length, 'workload'),
    count(nodes.length, 'node'),
    count(placesIn(pair, ['environment', 'streams']).length, 'stream'),
  ].join(', ');
}

/** `The last 3 steps were taken back: without them … showed it in 1 of 6 runs.` */
export function takenBackWords({ steps, pair, after }: TakenBack): string {
  const what = steps === 1 ? 'The last step was' : `The last ${steps} steps were`;
  return `${what} taken back: what came of ${steps === 1 ? 'it' : 'them'} (${sizeWords(pair)}) showed it in ${after.shown} of ${after.of} runs.`;
}

const ENDINGS = {
  always: 'A run of this passes when it fails as expected, and fails once nats-server is mended.',
  seldom: 'It does not show in every run, so a run of this passes either way, and says which it was.',
  unknown:
    'That is too few to say how often it shows, so a run of this passes either way, and says which it was.',
};

function endingOf({ after, isMeasured }: Pick<Reduction, 'after' | 'isMeasured'>): keyof typeof ENDINGS {
  if (after.shown < after.of) return 'seldom';
  return isMeasured ? 'always' : 'unknown';
}

/** What the reduced experiment says of its verdict: that it fails is known only once it was run often enough, and always did. */
export function expectedOf(reduction: Pick<Reduction, 'after' | 'isMeasured'>): 'fail' | 'either' {
  return endingOf(reduction) === 'always' ? 'fail' : 'either';
}

/** Lines for the beginning of the reduced experiment. */
export function notesOf(reduction: Reduction): string[] {
  const { signature, run, before, after, whole, smallest, takenBack, last } = reduction;
  return [
    `The smallest experiment found that shows: ${signature.failure}.`,
    `Seen on nats-server ${last.versions['nats-server'] ?? 'unknown'}: ${whyOf(last)}`,
    `It showed in ${after.shown} of ${after.of} runs; ${run.experiment.name}, which it comes from, in ${before.shown} of ${before.of}.`,
    `${sizeWords(smallest)}; before: ${sizeWords(whole)}.`,
    ...(takenBack === null ? [] : [takenBackWords(takenBack)]),
    ENDINGS[endingOf(reduction)],
  ].map((line) => line.replaceAll(/\s+/g, ' '));
}

/** Why a run failed, in one sentence. */
export function whyOf({ reasons, headline }: SavedRun): string {
  return reasons.find(({ verdict }) => verdict === 'fail')?.text ?? headline;
}
