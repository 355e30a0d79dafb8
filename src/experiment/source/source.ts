import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { messageOf } from '../../support/errors.ts';
import { asChaosError, isOwnTrouble } from '../../support/system-errors.ts';
import { InvalidFileError, type Problem } from './problem.ts';

/** Offsets into the text of a file; the end is exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** A file's text, and its name as the user would write it. */
export interface Source {
  file: string;
  path: string;
  text: string;
  /** Offset of the first character of every line. */
  lineStarts: readonly number[];
}

const LARGEST_BYTES = 1024 * 1024;

/**
 * The text of a file.
 *
 * @throws InvalidFileError for a file that is missing, a folder, too large, or not text
 */
export function readSource(path: string, cwd: string): Source {
  const full = resolve(cwd, path);
  const file = displayName(full, cwd);
  const bytes = readBytes(full, file);
  const nul = bytes.indexOf(0);
  if (nul >= 0) refuse(file, `this is a binary file: it has a NUL byte at offset ${nul}`);
  return sourceOf(decode(bytes, file), file, full);
}

/** A text as if it had been read from a file. */
export function sourceOf(text: string, file: string, path = file): Source {
  const lineStarts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lineStarts.push(i + 1);
  return { file, path, text, lineStarts };
}

/** The shorter of the path from the working directory and the whole path. */
export function displayName(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short !== '' && !isAbsolute(short) && short.length < path.length ? short : path;
}

/** A problem with the text at a span. */
export function problemAt(
  source: Source,
  span: Span,
  message: string,
  severity: Problem['severity'] = 'error',
): Problem {
  const start = Math.min(span.start, source.text.length);
  const line = lineOf(source.lineStarts, start);
  const lineStart = source.lineStarts[line] ?? 0;
  const lineEnd = source.lineStarts[line + 1] ?? source.text.length + 1;
  const excerpt = source.text.slice(lineStart, lineEnd - 1).replace(/\r$/, '');
  return {
    severity,
    file: source.file,
    line: line + 1,
    column: start - lineStart + 1,
    message,
    excerpt,
    length: Math.max(0, Math.min(span.end - start, excerpt.length - (start - lineStart))),
  };
}

/** Index of the line that an offset is on, by bisection: a file may have as many problems as lines. */
function lineOf(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function readBytes(path: string, file: string): Buffer {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) refuse(file, 'this is a folder, not a file');
    if (stat.size > LARGEST_BYTES) refuse(file, `this file has ${stat.size} bytes; at most 1 MiB is read`);
    if (!stat.isFile()) refuse(file, 'this is not a regular file');
    return readFileSync(path);
  } catch (thrown) {
    if (thrown instanceof InvalidFileError) throw thrown;
    if (isOwnTrouble(thrown)) throw asChaosError(thrown, `${file} cannot be read`);
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    return refuse(file, missing ? 'there is no such file' : messageOf(thrown));
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const { line, column } = firstInvalid(bytes);
    return refuse(file, 'this is not UTF-8 text', line, column);
  }
}

/** Where the text stops being UTF-8; lines are decoded one by one, as no character spans two. */
function firstInvalid(bytes: Buffer): { line: number; column: number } {
  let start = 0;
  for (let line = 1; start <= bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = bytes.subarray(start, end);
    const replaced = text.toString('utf8');
    if (!Buffer.from(replaced).equals(text)) return { line, column: replaced.indexOf('\u{fffd}') + 1 };
    start = end + 1;
  }
  return { line: 1, column: 1 };
}

function refuse(file: string, message: string, line = 1, column = 1): never {
  throw new InvalidFileError([{ severity: 'error', file, line, column, message, excerpt: '', length: 0 }]);
}
