import type { Command } from 'commander';
import type { CheckOptions } from '../commands/check.ts';
import type { HistoryOptions } from '../commands/history.ts';
import { COLUMNS } from '../history/columns.ts';
import { positive, repeated } from './parsers.ts';
import { examples, loading } from './parts.ts';

const RUN = 'its folder, the name of that under --out, its id, or latest';

/** `chaos history` and `chaos check`: what can be done with the history of a run that is over. */
export function declareHistory(program: Command): void {
  program
    .command('history')
    .description('show what happened to the messages of a run, or export it')
    .argument('<run>', RUN)
    .option('--out <folder>', 'where reports are', 'reports')
    .option('--workload <name>', 'only what this one did; may be repeated', repeated)
    .option(
      '--around <seq|message>',
      'the life of the messages with this stream sequence, or of a message such as publish/4711, and their neighbours',
    )
    .option(
      '--where <condition>',
      'only operations like this: comparisons (= != < <= > >=, ~ contains) of columns, with "and" between them',
    )
    .option('--limit <n>', 'how many operations are shown at most (default: 100; all with --json)', positive)
    .option('--json', 'print a line of JSON for each')
    .option(
      '--parquet [folder]',
      'export the whole history as Parquet; left out: to parquet/ in the folder of the run',
    )
    .addHelpText('after', `\nColumns:\n  ${Object.keys(COLUMNS).join(', ')}`)
    .addHelpText(
      'after',
      examples(
        'chaos history latest --where "outcome != ok and t > 12s"',
        'chaos history latest --workload consume --where "deliveries > 1"',
        'chaos history latest --around 4711          what happened to message 4711',
        'chaos history latest --parquet              for DuckDB, polars, pandas: see docs/history.md',
      ),
    )
    .action(
      loading(async (run: string, options: HistoryOptions) =>
        (await import('../commands/history.ts')).historyCommand(run, options),
      ),
    );

  program
    .command('check')
    .description('make the checks of a run again, or others, from its saved history')
    .argument('<run>', RUN)
    .option('--out <folder>', 'where reports are', 'reports')
    .option('--checks <file>', 'other checks: a YAML list, as checks in an experiment')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', examples('chaos check latest', 'chaos check reports/sample --checks stricter.yaml'))
    .action(
      loading(async (run: string, options: CheckOptions) =>
        (await import('../commands/check.ts')).checkCommand(run, options),
      ),
    );
}
