import type { Command } from 'commander';
import { complete } from '../completion/complete.ts';
import { typedLine } from '../completion/shell-words.ts';
import type { Shell } from '../completion/shells.ts';
import { sourcesAt, type Candidates } from '../completion/sources.ts';
import { write } from '../output.ts';
import { ExitCode } from '../exit-codes.ts';

/**
 * Called by the scripts of `chaos completion`: `bash BREAKS LINE`, with the line as typed up to the cursor, or `zsh
 * WORD...` and `fish WORD...`, whose last word is the one to complete. Prints `files` or `words`, then one line for
 * each candidate: its value, a tab and its summary. Errors print nothing, because a half-typed line is on the terminal.
 */
export async function completeCommand(program: Command, shell: Shell, given: string[]): Promise<number> {
  try {
    const { words, kept } = wordsOf(shell, given);
    const { isPath, list } = await complete(program, words, sourcesAt(process.cwd(), process.env));
    write(answer({ isPath, list }, kept));
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
  // The earlier words arrive without their quotes.
  const { current } = typedLine(given.at(-1) ?? '');
  return { words: [...given.slice(0, -1), current], kept: 0 };
}

function answer({ isPath, list }: Candidates, kept: number): string {
  const lines = list.map(({ value, summary }) =>
    summary === undefined ? value.slice(kept) : `${value.slice(kept)}\t${summary}`,
  );
  return [isPath ? 'files' : 'words', ...lines, ''].join('\n');
}
