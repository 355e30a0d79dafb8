/** A command of a page, what it is to end with, and the lines that the page quotes of its output. */
export interface PageCommand {
  command: string;
  exit: number;
  quoted: string[];
}

/**
 * The commands of a page, in its order: each line of a block ```sh. `# exit 1` behind a command is its exit code. A block ```text
 * quotes the output of the last command before it.
 */
export function commandsOf(page: string): PageCommand[] {
  const commands: PageCommand[] = [];
  for (const [, language, text = ''] of page.matchAll(/^```(sh|text)\n([^]*?)^```/gm)) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (language === 'text') commands.at(-1)?.quoted.push(...lines);
    else commands.push(...lines.map(commandOf));
  }
  return commands;
}

function commandOf(line: string): PageCommand {
  const [, command = line, , exit = '0'] = /^(.*?)(\s+# exit (\d+))?$/.exec(line) ?? [];
  return { command, exit: Number(exit), quoted: [] };
}

/** The quoted lines that an output does not have, in this order: numbers may be others, and … stands for anything. */
export function missingLines(quoted: readonly string[], output: string): string[] {
  let rest = output;
  return quoted.filter((line) => {
    const found = patternOf(line.trim()).exec(rest);
    if (found !== null) rest = rest.slice(found.index + found[0].length);
    return found === null;
  });
}

function patternOf(line: string): RegExp {
  const pattern = line
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('…', '.*')
    .replaceAll(/\d+(?:,\d+)*(?:\\\.\d+)?( (?:ms|s)\b)?/g, (_, unit?: string) =>
      unit === undefined ? '\\d[\\d.,]*' : '\\d[\\d.,]*(?: m \\d+)? (?:ms|s)',
    );
  return new RegExp(pattern);
}
