import type { Command } from 'commander';
import type { ExplainOptions } from '../commands/explain.ts';
import { examples, loading } from './parts.ts';

/** `chaos explain`. */
export function declareExplain(program: Command): void {
  program
    .command('explain')
    .description('say what a kind of fault, action, probe, check or verdict is, or why a run got its verdict')
    .argument('<kind|run>', 'a kind that chaos list shows, a verdict, or a run as chaos report takes it')
    .option('--out <folder>', 'where reports are', 'reports')
    .option('--json', 'print the explanation as JSON')
    .addHelpText(
      'after',
      examples(
        'chaos explain kill                          what the fault is, its fields, an example, what proves it',
        'chaos explain inconclusive                  when a run gets this verdict, and what to do',
        'chaos explain latest                        why the newest run got its verdict, in five sentences',
      ),
    )
    .action(
      loading(async (word: string, options: ExplainOptions) =>
        (await import('../commands/explain.ts')).explainCommand(word, options),
      ),
    );
}
