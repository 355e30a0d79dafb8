import { readFileSync } from 'node:fs';

/** The rows of a table of `docs/verdicts.md`, by the heading above it: the name in its first column, and the other cells. */
export function tableUnder(heading: string, column: string): Map<string, string[]> {
  const page = readFileSync('docs/verdicts.md', 'utf8');
  const part = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`));
  if (part === undefined) throw new Error(`docs/verdicts.md has no heading ${heading}`);
  const [, table] = part.split(`\n| ${column} |`);
  if (table === undefined) throw new Error(`there is no table of ${column} under ${heading}`);
  const rows = (table.split('\n\n')[0] ?? '').split('\n').slice(2);
  return new Map(
    rows.map((row) => {
      const [name = '', ...cells] = row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [name.replaceAll('`', ''), cells];
    }),
  );
}
