import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const MAX_LINES = 20;
const MAX_LENGTH = 500;
/** The line that says why may be followed by a dump of all goroutines. */
const TAIL_BYTES = 4 * 1024 ** 2;

/** Lines in which the Go runtime, its race detector or the server says why it ends, the most specific first. */
export const END_PATTERNS = {
  fatalError: /^fatal error: /,
  panic: /^panic: /,
  dataRace: /^WARNING: DATA RACE/,
  /** How the Go runtime reports an unexpected signal. */
  signal: /^(SIG[A-Z]+\d*): /,
  fatalLog: /(?<=\[FTL\] |^nats-server: ).*$/,
} as const;

/**
 * The lines that show why a server ended: the line with the reason and those after it, or else the very last lines.
 *
 * @param text all that it printed, or the end of it
 */
export function lastLinesOf(text: string): string[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const telling = Object.values(END_PATTERNS)
    .map((pattern) => lines.findLastIndex((line) => pattern.test(line)))
    .find((at) => at >= 0);
  const kept =
    telling === undefined ? lines.slice(-MAX_LINES / 2) : lines.slice(telling, telling + MAX_LINES);
  return kept.map((line) => (line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line));
}

/** The same for a file, read from an offset on; none when it cannot be read. */
export function lastLinesIn(path: string, fromByte: number): string[] {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const start = Math.max(fromByte, size - TAIL_BYTES, 0);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(file, buffer, 0, buffer.length, start);
    return lastLinesOf(buffer.toString('utf8'));
  } catch {
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The size of a file; 0 when there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
