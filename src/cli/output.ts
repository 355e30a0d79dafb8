import type { ChaosError } from '../support/errors.ts';
import { secrecy } from './secrecy.ts';

// All output goes through here, so that no secret is printed.

/** The one result that a command was asked for; everything else goes to stderr. */
export function print(text: string): void {
  write(`${text}\n`);
}

/** A text as it is, with its own line ends. */
export function write(text: string, to: 'stdout' | 'stderr' = 'stdout'): void {
  process[to].write(secrecy.text(text));
}

/** @param replacer as of `JSON.stringify` */
export function printJson(value: unknown, replacer?: (key: string, value: unknown) => unknown): void {
  // Redacted as data, not as text: a secret that is a word of the form must not break it.
  process.stdout.write(`${JSON.stringify(secrecy.data(value), replacer, 2)}\n`);
}

/** How results look on standard output: in colour or not, and how many characters wide. */
export function terminal(): { color: boolean; width: number } {
  const { isTTY } = process.stdout;
  return { color: isTTY && process.env['NO_COLOR'] === undefined, width: widthOf(process.stdout, 120) };
}

/** What a terminal counts as that does not know its width: it says 0. */
const UNKNOWN_WIDTH = 80;

/** How many characters fit on a line. @param elsewhere where it is no terminal */
export function widthOf(
  { isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>,
  elsewhere: number,
): number {
  if (!isTTY) return elsewhere;
  return columns > 0 ? columns : UNKNOWN_WIDTH;
}

/** One line of JSON. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${JSON.stringify(secrecy.data(value))}\n`);
}

/** Problems, warnings and hints. */
export function complain(text: string): void {
  write(`${text}\n`, 'stderr');
}

/** What went wrong, and what to do about it. */
export function complainOf({ message, hint }: ChaosError): void {
  complain(message);
  if (hint !== undefined) complain(hint);
}
