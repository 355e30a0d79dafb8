import type { Command } from 'commander';
import { complete } from '../completion/complete.ts';
import { typedLine } from '../completion/shell-words.ts';
import type { Shell } from '../completion/shells.ts';
import { sourcesAt, type Candidates } from '../completion/sources.ts';
import { ExitCode } from '../exit-codes.ts';

/**
 * What the scripts of `chaos completion` call: `bash BREAKS LINE`, with the line up to the cursor as it is typed, or
 * `zsh WORD...` and `fish WORD...`, of which the last is the one to complete. Prints `files` or `words`, then a line for
 * each candidate: its value, and after a tab its summary. Says nothing at all where something goes wrong: there is a
 * half-typed line on the terminal.
 */
export async function completeCommand(program: Command, shell: Shell, given: string[]): Promise<number> {
  try {
    const { words, kept } = wordsOf(shell, given);
    const { isPath, list } = await complete(program, words, sourcesAt(process.cwd(), process.env));
    process.stdout.write(answer({ isPath, list }, kept));
  } catch {
    return ExitCode.error;
  }
  return ExitCode.pass;
}

function wordsOf(shell: Shell, given: string[]): { words: string[]; kept: number } {
  if (shell === 'bash') {
    const [breaks = '', line = ''] = given;
    const { before, current, kept } = typedLine(line, breaks);
    return { words: [...before.slice(1), current], kept };
  }
  // The words before it come without their quotes.
  const { current } = typedLine(given.at(-1) ?? '');
  return { words: [...given.slice(0, -1), current], kept: 0 };
}

function answer({ isPath, list }: Candidates, kept: number): string {
  const lines = list.map(({ value, summary }) =>
    summary === undefined ? value.slice(kept) : `${value.slice(kept)}\t${summary}`,
  );
  return [isPath ? 'files' : 'words', ...lines, ''].join('\n');
}
