import { Option, type Command } from 'commander';
import type { MatrixOptions } from '../commands/matrix.ts';
import { positive, timeSpan, versions } from './options.ts';

/** What `chaos matrix` takes; `run` is called with it. */
export function declareMatrix(
  command: Command,
  wholeNumber: (text: string) => number,
  run: (files: string[], options: MatrixOptions, command: Command) => Promise<void>,
): void {
  command
    .argument('[files...]', 'experiment files, or folders of them; with --resume they may be left out')
    .option('--nats <versions>', 'versions, series, latest or paths, with commas between them', versions)
    .option('--repeat <n>', 'how often each experiment runs on each version (default: 1)', positive)
    .option('--environment <name|file>', 'an environment in place of those that the experiments name')
    .option('--driver <kind>', 'what brings the environments up')
    .option('--seed <n>', 'seed of the first repeat; each later one has the next', wholeNumber)
    .option('--jobs <n>', 'most runs side by side; left out: as many as the cores carry', positive)
    .option('--run-timeout <time>', 'how long one run may take (default: 30m)', timeSpan)
    .option('--budget <time>', 'after so long, no further run begins', timeSpan)
    .addOption(
      new Option('--stop-on <verdict>', 'begin no further run once one is this, or worse').choices([
        'inconclusive',
        'fail',
      ]),
    )
    .option('--max-failures <n>', 'begin no further run once so many did not pass', positive)
    .option('--out <folder>', 'where matrices go, a folder each', 'matrices')
    .option('--resume', 'go on with the newest matrix under --out of which runs are missing')
    .option('--json', 'print the grid as JSON')
    .option('--quiet', 'print the grid only')
    .action(run);
}
