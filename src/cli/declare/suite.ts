import type { Command } from 'commander';
import { declareQueue } from './queue.ts';
import { positive, repeated, timeSpan, versions, wholeNumber } from './parsers.ts';

/** Options that `chaos matrix` and `chaos nightly` share. */
export function declareSuite(command: Command): Command {
  command
    .option(
      '--tag <tag>',
      'only experiments that have this tag, or one of several; may be repeated',
      repeated,
    )
    .option('--nats <versions>', 'versions, series, latest or paths, with commas between them', versions)
    .option('--repeat <n>', 'how often each experiment runs on each version (default: 1)', positive)
    .option('--environment <name|file>', 'an environment in place of those that the experiments name')
    .option('--driver <kind>', 'what brings the environments up')
    .option('--seed <n>', 'seed of the first repeat; each later one has the next', wholeNumber)
    .option('--skip-unavailable', 'leave out, and list, experiments that cannot be carried out here')
    .option(
      '--jobs <n>',
      'most runs side by side; left out: as many as the cores carry, and more while they are idle',
      positive,
    )
    .option('--run-timeout <time>', 'how long one run may take (default: 30m)', timeSpan)
    .option('--budget <time>', 'after so long, no further run begins', timeSpan)
    .option('--junit <file>', 'write the grid as JUnit XML too, a test case for each cell')
    .option('--markdown <file>', 'write a summary in Markdown too')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print the result only');
  return declareQueue(command);
}
