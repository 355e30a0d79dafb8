import type { Command } from 'commander';
import type { ReduceOptions } from '../commands/reduce.ts';
import { positive } from './parsers.ts';
import { examples, loading, timeOption } from './parts.ts';

/** `chaos reduce`. */
export function declareReduce(program: Command): void {
  program
    .command('reduce')
    .description('find the smallest experiment that fails as a saved run did, by running smaller ones')
    .argument('<run>', 'its folder, the name of that under --out, its id, or latest')
    .option('--out <folder>', 'where reports are; the result goes into its folder findings/', 'reports')
    .option('--of <failure>', 'the failure that must show, of a run with several; left out: the gravest')
    .option('--runs <n>', 'the most runs', positive, 60)
    .addOption(timeOption('--budget <time>', 'after this time no run begins', '30m'))
    .option(
      '--repeat <n>',
      'runs of the whole and of the reduced experiment, to see how often they fail',
      positive,
      3,
    )
    .addOption(timeOption('--run-timeout <time>', 'the longest that a run may take', '10m'))
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples('chaos reduce latest', 'chaos reduce latest --runs 100 --budget 2h --repeat 5'),
    )
    .action(
      loading(async (run: string, options: ReduceOptions) =>
        (await import('../commands/reduce.ts')).reduceCommand(run, options),
      ),
    );
}
