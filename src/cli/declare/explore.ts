import type { Command } from 'commander';
import type { ExploreOptions } from '../commands/explore.ts';
import { kinds, positive, timeSpan, wholeNumber } from './parsers.ts';
import { examples, loading, timeOption } from './parts.ts';
import { declareQueue } from './queue.ts';

/** `chaos explore`. */
export function declareExplore(program: Command): void {
  const command = program
    .command('explore')
    .description('draw runs from a space of faults, actions and load, and look for those that fail')
    .argument('[file]', 'an experiment with `explore` in place of `method`; with --resume it may be left out')
    .option('--budget <time>', 'after so long, no further run begins', timeSpan)
    .option('--runs <n>', 'the most runs', positive)
    .option('--seed <n>', 'seed of the search: with its number it decides every run', wholeNumber)
    .option(
      '--parallel <n>',
      'runs side by side (default: 1; with --queue as many as its workers have slots for)',
      positive,
    )
    .option('--nats <version|path>', 'nats-server to run: a version, a series, latest, or a path')
    .option('--driver <kind>', 'what brings the environment up')
    .option(
      '--without <kinds>',
      'faults and actions that are not drawn, such as power-failure,kill: what they do is known by now',
      kinds,
    )
    .option('--stop-on-first', 'begin no further run once there is a finding')
    .option('--no-reduce', 'leave findings as they are; otherwise each is reduced, with a part of the budget')
    .option(
      '--fresh',
      'start servers anew for every run; otherwise those of a run that passed serve the next one',
    )
    .option('--resume', 'go on with the newest search under --out that is not over')
    .addOption(timeOption('--run-timeout <time>', 'how long one run may take', '5m'))
    .option('--out <folder>', 'where searches go, a folder each', 'searches')
    .option('--junit <file>', 'write the result as JUnit XML too, a test case for each finding')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print the result only')
    .addHelpText(
      'after',
      examples(
        'chaos plan experiments/explore/one-zone.yaml      shows the space',
        'chaos explore experiments/explore/one-zone.yaml --budget 2h',
        'chaos explore experiments/explore/dual-mirror.yaml --runs 200 --seed 7 --nats 2.10',
        'chaos explore --resume                            goes on where it was',
      ),
    )
    .action(
      loading(async (file: string | undefined, options: ExploreOptions) =>
        (await import('../commands/explore.ts')).exploreCommand(file, options),
      ),
    );
  declareQueue(command);

  program
    .command('__serve-runs', { hidden: true })
    .requiredOption('--out <folder>')
    .helpOption(false)
    .action(
      loading(async (options: { out: string }) =>
        (await import('../commands/serve-runs.ts')).serveRunsCommand(options),
      ),
    );
}
