import type { Command } from 'commander';
import { positive, timeSpan, versions, wholeNumber } from './parsers.ts';

/** Options that a matrix and a night share. */
export function declareSuite(command: Command): Command {
  return command
    .option('--nats <versions>', 'versions, series, latest or paths, with commas between them', versions)
    .option('--repeat <n>', 'how often each experiment runs on each version (default: 1)', positive)
    .option('--environment <name|file>', 'an environment in place of those that the experiments name')
    .option('--driver <kind>', 'what brings the environments up')
    .option('--seed <n>', 'seed of the first repeat; each later one has the next', wholeNumber)
    .option('--jobs <n>', 'most runs side by side; left out: as many as the cores carry', positive)
    .option('--run-timeout <time>', 'how long one run may take (default: 30m)', timeSpan)
    .option('--budget <time>', 'after so long, no further run begins', timeSpan)
    .option('--junit <file>', 'write the grid as JUnit XML too, a test case for each cell')
    .option('--markdown <file>', 'write a summary in Markdown too')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print the result only');
}
