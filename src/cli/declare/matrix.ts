import { Option, type Command } from 'commander';
import type { MatrixOptions } from '../commands/matrix.ts';
import { positive } from './parsers.ts';
import { examples, loading } from './parts.ts';
import { declareSuite } from './suite.ts';

/** `chaos matrix`. */
export function declareMatrix(program: Command): void {
  declareSuite(
    program
      .command('matrix')
      .description('carry out experiments on several versions, several times, and show the grid'),
  )
    .argument('[files...]', 'experiment files, or folders of them; with --resume they may be left out')
    .addOption(
      new Option('--stop-on <verdict>', 'begin no further run once one is this, or worse').choices([
        'inconclusive',
        'fail',
      ]),
    )
    .option(
      '--bisect <range>',
      'look for the first release that differs from the oldest of a range, such as 2.10.20..2.12; three runs on each unless --repeat says otherwise',
    )
    .option('--max-failures <n>', 'begin no further run once so many did not pass', positive)
    .option('--out <folder>', 'where matrices go, a folder each', 'matrices')
    .option('--resume', 'go on with the newest matrix under --out of which runs are missing')
    .addHelpText(
      'after',
      examples(
        'chaos matrix experiments --nats 2.10.22,2.10.23,2.12,latest --repeat 3',
        'chaos matrix finding.yaml --bisect 2.10.20..2.12',
        'chaos matrix --resume                       goes on where it was',
      ),
    )
    .action(
      loading(async (files: string[], options: MatrixOptions) =>
        (await import('../commands/matrix.ts')).matrixCommand(files, options),
      ),
    );
}
