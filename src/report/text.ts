/** The text on one line, without characters that could move a terminal's cursor or hide the following text. */
export function printable(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}

/** `Mirror lag` for `mirror-lag`. */
export function spelledOut(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('-', ' ');
}

/** At most `width` characters; an ellipsis shows that text is missing. */
export function clip(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** `1,234`, and a few digits for fractions. */
export function formatNumber(value: number): string {
  const digits = Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** `1 fault`, `2 faults`. */
export function counted(n: number, noun: string): string {
  return `${formatNumber(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** Lines of at most so many characters, broken at spaces, or within a word that is longer than a line. */
export function wrap(text: string, atMost: number): string[] {
  const width = Math.max(1, atMost);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      if (line !== '') lines.push(line);
      line = word;
    }
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line];
}

/** `2026-11-26 03:15:00 UTC`. */
export function utcTime(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}

/** A note for readers of latencies about the runs that went on beside this one. */
export function besideText(runs: number): string {
  return `${counted(runs, 'other run')} beside it, so latencies are not those of a run alone`;
}
