import { Option, type Command } from 'commander';
import type { NightlyOptions } from '../commands/nightly.ts';
import { positive, ratio, timeSpan } from './parsers.ts';
import { examples, loading } from './parts.ts';
import { declareSuite } from './suite.ts';

const KEEP_FAILURES_MS = 90 * 86_400_000;

/** `chaos nightly`. */
export function declareNightly(program: Command): void {
  declareSuite(
    program
      .command('nightly')
      .description('carry out a suite, and compare it with the last good nightly run'),
  )
    .argument('<files...>', 'experiment files, or folders of them')
    .option(
      '--tolerance <percent>',
      'how much worse a figure may become where the experiment does not say; left out: those are not judged',
      ratio,
    )
    .option('--out <folder>', 'where nightly runs go, a folder each, and their index.html', 'nights')
    .option('--keep <n>', 'how many nightly runs to keep at least', positive, 30)
    .addOption(
      new Option('--keep-failures <time>', 'how long a nightly run that did not pass is kept at least')
        .argParser(timeSpan)
        .default(KEEP_FAILURES_MS, '90d'),
    )
    .option(
      '--webhook <url>',
      'POST a message as JSON there when a nightly run does not pass; or NATS_CHAOS_WEBHOOK',
    )
    .option('--on-regression <command>', 'run this then, with the message on its stdin')
    .addHelpText(
      'after',
      examples('chaos nightly experiments --nats 2.10,2.12,latest --repeat 3 --budget 6h --keep 30'),
    )
    .action(
      loading(async (files: string[], options: NightlyOptions) =>
        (await import('../commands/nightly.ts')).nightlyCommand(files, options),
      ),
    );
}
