import type { Command } from 'commander';
import type { NightlyOptions } from '../commands/nightly.ts';
import { positive, timeSpan, versions } from './options.ts';

const KEEP_FAILURES_MS = 90 * 86_400_000;

/** What `chaos nightly` takes; `run` is called with it. */
export function declareNightly(
  command: Command,
  { wholeNumber, ratio }: Record<'wholeNumber' | 'ratio', (text: string) => number>,
  run: (files: string[], options: NightlyOptions, command: Command) => Promise<void>,
): void {
  command
    .argument('<files...>', 'experiment files, or folders of them')
    .option('--nats <versions>', 'versions, series, latest or paths, with commas between them', versions)
    .option('--repeat <n>', 'how often each runs (default: 1); from 3 on, figures are judged too', positive)
    .option('--environment <name|file>', 'an environment in place of those that the experiments name')
    .option('--driver <kind>', 'what brings the environments up')
    .option('--seed <n>', 'seed of the first repeat; each later one has the next', wholeNumber)
    .option('--jobs <n>', 'most runs side by side; left out: as many as the cores carry', positive)
    .option('--run-timeout <time>', 'how long one run may take (default: 30m)', timeSpan)
    .option('--budget <time>', 'after so long, no further run begins', timeSpan)
    .option('--tolerance <percent>', 'judge figures for which the experiment states no tolerance too', ratio)
    .option('--out <folder>', 'where nights go, a folder each, and their index.html', 'nights')
    .option('--keep <n>', 'how many nights to keep at least', positive, 30)
    .addOption(
      command
        .createOption('--keep-failures <time>', 'how long a night that did not pass is kept at least')
        .argParser(timeSpan)
        .default(KEEP_FAILURES_MS, '90d'),
    )
    .option('--webhook <url>', 'POST a message as JSON there when a night is no pass; or NATS_CHAOS_WEBHOOK')
    .option('--on-regression <command>', 'run this then, with the message on its stdin')
    .option('--json', 'print the night as JSON')
    .option('--quiet', 'print the result only')
    .action(run);
}
