/** The text on one line, without what could move a terminal's cursor or hide what follows. */
export function printable(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}

/** At most `width` characters; an ellipsis says that something is missing. */
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
