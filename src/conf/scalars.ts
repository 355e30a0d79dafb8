import type { Cursor } from './cursor.ts';
import type { Scalar } from './value.ts';

/** What a text that stands without quotes can be: also a variable, which the caller looks up. */
export type Bare = Omit<Scalar, 'place'> | { kind: 'variable'; name: string };

const INTEGER = /^-?\d+$/;
const FLOAT = /^-?\d+\.\d+$/;
const SUFFIXED = /^(-?\d+)([kmgtpe])([bi]*)$/i;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const YES = ['true', 'yes', 'on'];
const NO = ['false', 'no', 'off'];
const POWERS = 'kmgtpe';

/** What nats-server makes of a word without quotes. */
export function bareValue(word: string): Bare {
  if (INTEGER.test(word) || FLOAT.test(word)) return { kind: 'number', value: Number(word) };
  const [, digits, unit = '', more = ''] = SUFFIXED.exec(word) ?? [];
  if (digits !== undefined) return { kind: 'number', value: scaled(Number(digits), unit, more) };
  if (TIME.test(word)) return { kind: 'time', value: word };
  const lower = word.toLowerCase();
  if (YES.includes(lower)) return { kind: 'flag', value: true };
  if (NO.includes(lower)) return { kind: 'flag', value: false };
  // The beginning of a bcrypt hash, which needs no quotes.
  if (word.startsWith('$2a$')) return { kind: 'text', value: word };
  if (word.startsWith('$')) return { kind: 'variable', name: word.slice(1) };
  return { kind: 'text', value: word };
}

/** `1k` is 1000; `1kb`, `1ki` and `1kib` are 1024. */
function scaled(number: number, unit: string, more: string): number {
  const power = POWERS.indexOf(unit.toLowerCase()) + 1;
  return number * (more === '' ? 1000 : 1024) ** power;
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\' };

/** The rest of a text in double quotes, after the first one. @throws ChaosError `invalid` */
export function quotedText(cursor: Cursor): string {
  const start = cursor.offset - 1;
  let text = '';
  for (;;) {
    if (cursor.isAtEnd) throw cursor.problem('this text has no closing "', start);
    const character = cursor.next();
    if (character === '"') return text;
    text += character === '\\' ? escaped(cursor) : character;
  }
}

/** The rest of a text in single quotes: without escapes. @throws ChaosError `invalid` */
export function rawText(cursor: Cursor): string {
  const start = cursor.offset - 1;
  let text = '';
  for (;;) {
    if (cursor.isAtEnd) throw cursor.problem("this text has no closing '", start);
    const character = cursor.next();
    if (character === "'") return text;
    text += character;
  }
}

/** A text in round brackets, of which the closing one stands alone on a line. @throws ChaosError `invalid` */
export function blockText(cursor: Cursor): string {
  const start = cursor.offset - 1;
  const found = cursor.match(/([\s\S]*?\n)\)(?=\r?\n|$)/y);
  if (found === null) throw cursor.problem('this block has no closing ")" on a line of its own', start);
  return found[1] ?? '';
}

function escaped(cursor: Cursor): string {
  const at = cursor.offset - 1;
  const character = cursor.next();
  if (character === 'x') {
    const hex = cursor.match(/[0-9A-Fa-f]{2}/y)?.[0];
    if (hex === undefined) throw cursor.problem('expected two hexadecimal digits after \\x', at);
    return String.fromCharCode(Number.parseInt(hex, 16));
  }
  const meant = ESCAPES[character];
  if (meant === undefined)
    throw cursor.problem(`found \\${character}; expected \\t, \\n, \\r, \\", \\\\ or \\xXX`, at);
  return meant;
}

/** A word without quotes, with its escapes; it ends where the next thing begins. @throws ChaosError `invalid` */
export function bareWord(cursor: Cursor): { word: string; hasEscapes: boolean } {
  let word = '';
  let hasEscapes = false;
  while (!cursor.isAtEnd && !/[\s,;\]}]/.test(cursor.peek())) {
    const character = cursor.next();
    if (character === '\\') {
      hasEscapes = true;
      word += escaped(cursor);
    } else word += character;
  }
  return { word, hasEscapes };
}
