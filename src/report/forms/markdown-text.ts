import { printable } from '../text.ts';

/** Text without any Markdown meaning, on one line. */
export function inline(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]()#+!|~$]/g, (character) => `\\${character}`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, '&#58;//')
    .trim();
}

/** A fence longer than any fence in the text, so that nothing in the text can close it. */
export function codeBlock(text: string): string {
  const line = printable(text);
  const longest = Math.max(2, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${line}\n${fence}`;
}

/** Cells are escaped: nothing in them is Markdown. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(inline).join(' | ')} |`;
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}
