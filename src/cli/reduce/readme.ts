import { placesIn, type Pair } from '../../reduce/pair.ts';
import { clusters, phases, strikes, workloads } from '../../reduce/places.ts';
import type { Signature } from '../../reduce/signature.ts';
import { loggedErrors } from '../../report/known-errors.ts';
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
  /** Runs in all. */
  runs: number;
  /** Why it was not reduced further, where that was not because nothing smaller shows the failure. */
  over: string | null;
  /** The newest run that showed it. */
  last: SavedRun;
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

/** Lines for the beginning of the reduced experiment. */
export function notesOf({ signature, run, before, after, whole, smallest }: Reduction): string[] {
  return [
    `The smallest experiment found that shows: ${signature.words}.`,
    `It did in ${after.shown} of ${after.of} runs; ${run.experiment.name}, which it comes from, in ${before.shown} of ${before.of}.`,
    `${sizeWords(smallest)}; before: ${sizeWords(whole)}.`,
  ];
}

/** What was seen, and how to see it again, as Markdown. */
export function readmeOf(reduction: Reduction, file: string): string {
  const { signature, run, before, after, whole, smallest, runs, over, last } = reduction;
  const version = last.versions['nats-server'] ?? 'unknown';
  const reason = last.reasons.find(({ verdict }) => verdict === 'fail');
  const lines = loggedErrors(last).map(({ node, text }) => `${node}: ${text}`);
  return [
    `# ${signature.words}`,
    '',
    `Seen on nats-server ${version}, driver ${last.driver}, seed ${last.seed}:`,
    '',
    `> ${reason?.text ?? last.headline}`,
    '',
    '```sh',
    `chaos run ${file} --nats ${version} --driver ${last.driver} --seed ${last.seed} --free-ports`,
    '```',
    '',
    'It passes when it fails as expected.',
    '',
    '| | before | reduced |',
    '|---|---|---|',
    `| experiment | ${run.experiment.name} (${run.runId}) | [${file}](${file}) |`,
    `| size | ${sizeWords(whole)} | ${sizeWords(smallest)} |`,
    `| shown in | ${before.shown} of ${before.of} runs | ${after.shown} of ${after.of} runs |`,
    '',
    over === null
      ? `${runs} runs were made; nothing smaller showed it.`
      : `${runs} runs were made, and then no more, because ${over}: something smaller may show it.`,
    ...(lines.length === 0 ? [] : ['', 'What servers logged:', '', '```text', ...lines, '```']),
    '',
  ].join('\n');
}
