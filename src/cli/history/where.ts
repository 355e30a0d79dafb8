import { didYouMean } from '../../experiment/source/suggest.ts';
import { ChaosError } from '../../support/errors.ts';
import { UNITS } from '../../support/units.ts';
import { COLUMNS, type Column } from './columns.ts';
import type { Operation } from './operation.ts';

export type Condition = (operation: Operation) => boolean;

/**
 * Reads a condition over the columns: comparisons, combined by `and`. A cell that is empty satisfies none of them.
 *
 * @throws ChaosError `usage` that points at the first place that is wrong
 */
export function parseWhere(text: string): Condition {
  const reader = new Reader(text);
  const all = [reader.comparison()];
  while (reader.joined()) all.push(reader.comparison());
  return (operation) => all.every((one) => one(operation));
}

interface Token {
  text: string;
  at: number;
  quoted: boolean;
}

const OPERATORS = {
  '=': (order: number) => order === 0,
  '!=': (order: number) => order !== 0,
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
  '>': (order: number) => order > 0,
  '>=': (order: number) => order >= 0,
} as const;
/** Of words only: contains. */
const CONTAINS = '~';
const TOKEN = /\s*(?:"([^"]*)"|'([^']*)'|([<>=!~]+)|([^\s<>=!~"']+)|(["'].*))/y;

class Reader {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
      const [, double, single, operator, word, open] = match;
      const quoted = double ?? single;
      const content = quoted ?? operator ?? word ?? open ?? '';
      const at = TOKEN.lastIndex - content.length - (quoted === undefined ? 0 : 2);
      if (open !== undefined) this.#refuse({ text: open, at, quoted: false }, 'this quotation does not end');
      this.#tokens.push({ text: content, at, quoted: quoted !== undefined });
    }
  }

  comparison(): Condition {
    const name = this.#take('a column');
    const column = COLUMNS[name.text];
    if (column === undefined || name.quoted) {
      const names = Object.keys(COLUMNS);
      const meant = didYouMean(name.text, names);
      this.#refuse(
        name,
        `"${name.text}" is no column${meant === '' ? `; there are ${names.join(', ')}` : meant}`,
      );
    }
    const operator = this.#take('an operator');
    const value = this.#take('a value');
    return column.type === 'word'
      ? this.#ofWord(column, operator, value)
      : this.#ofNumber(name.text, column, operator, value);
  }

  /** Whether another comparison follows. */
  joined(): boolean {
    const token = this.#tokens[this.#next];
    if (token === undefined) return false;
    if (token.quoted || token.text.toLowerCase() !== 'and')
      this.#refuse(token, `found "${token.text}"; expected "and", or the end`);
    this.#next += 1;
    return true;
  }

  #ofWord(column: Column, operator: Token, value: Token): Condition {
    const { words } = column;
    const sign = operator.text;
    if (sign !== '=' && sign !== '!=' && sign !== CONTAINS)
      this.#refuse(operator, `found "${sign}"; expected =, != or ~ (contains)`);
    if (words !== undefined && sign !== CONTAINS && !words.includes(value.text)) {
      const meant = didYouMean(value.text, words);
      this.#refuse(value, `found "${value.text}"; expected ${words.join(', ')}${meant}`);
    }
    const wanted = value.text;
    return (operation) => {
      const cell = column.of(operation);
      if (cell === null) return false;
      const word = String(cell);
      if (sign === CONTAINS) return word.includes(wanted);
      return (word === wanted) === (sign === '=');
    };
  }

  #ofNumber(name: string, column: Column, operator: Token, value: Token): Condition {
    const compare = OPERATORS[operator.text as keyof typeof OPERATORS] as
      (typeof OPERATORS)[keyof typeof OPERATORS] | undefined;
    if (compare === undefined)
      this.#refuse(operator, `found "${operator.text}"; expected ${Object.keys(OPERATORS).join(' ')}`);
    const unit = column.type === 'time' ? UNITS.duration : NUMBER;
    const { pattern, expected, example } = unit;
    if (!new RegExp(pattern).test(value.text)) {
      const found = `found "${value.text}" for ${name}`;
      this.#refuse(value, `${found}; expected ${expected}, such as ${example}`);
    }
    const wanted = unit.parse(value.text);
    return (operation) => {
      const cell = column.of(operation);
      return cell !== null && compare(Number(cell) - wanted);
    };
  }

  #take(what: string): Token {
    const token = this.#tokens[this.#next];
    if (token === undefined)
      this.#refuse({ text: '', at: this.#text.length, quoted: false }, `it ends where ${what} is expected`);
    this.#next += 1;
    return token;
  }

  #refuse({ text, at, quoted }: Token, message: string): never {
    const line = this.#text.replaceAll(/\s/g, ' ');
    const carets = '^'.repeat(Math.max(1, text.length + (quoted ? 2 : 0)));
    throw new ChaosError('usage', `--where:${at + 1}: ${message}\n  ${line}\n  ${' '.repeat(at)}${carets}`, {
      hint: 'such as: outcome != ok and latency > 1s',
    });
  }
}

const NUMBER = { pattern: '^\\d+(\\.\\d+)?$', expected: 'a number', example: '2', parse: Number };
