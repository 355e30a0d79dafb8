import { didYouMean } from '../../experiment/source/suggest.ts';
import { ChaosError } from '../../support/errors.ts';
import type { TSchema } from '../../support/schema.ts';

/** One thing that `chaos init` needs to know, from the command line or from a person at the terminal. */
export interface Question<T> {
  /** The option that answers it. */
  flag: string;
  text: string;
  /** The answer that an empty line stands for. */
  otherwise: string;
  /** Shown before the question; left out where any text is valid. */
  choices?: readonly Choice[];
  /** @throws ChaosError `usage` that says what was found and what was expected */
  read(answer: string): T;
}

export interface Choice {
  name: string;
  summary: string;
}

export function wholeNumber(min: number, max: number): (answer: string) => number {
  return (answer) => {
    const value = Number(answer);
    if (/^\d{1,6}$/.test(answer) && value >= min && value <= max) return value;
    const expected = min === max ? String(min) : `a whole number from ${min} to ${max}`;
    throw unexpected(answer, expected);
  };
}

export function yesOrNo(answer: string): boolean {
  if (/^y(es)?$/i.test(answer)) return true;
  if (/^no?$/i.test(answer)) return false;
  throw unexpected(answer, 'yes or no');
}

/** One of several names; at the terminal, its number in the list is accepted too. */
export function oneOf(choices: readonly Choice[], numbered: boolean): (answer: string) => string {
  const names = choices.map(({ name }) => name);
  return (answer) => {
    const byNumber = numbered && /^\d+$/.test(answer) ? names[Number(answer) - 1] : undefined;
    const found = names.includes(answer) ? answer : byNumber;
    if (found !== undefined) return found;
    const meant = didYouMean(answer, names);
    if (meant !== '') throw new ChaosError('usage', `found ${JSON.stringify(answer)}${meant}`);
    throw unexpected(answer, `one of ${names.join(', ')}`);
  };
}

/** A text that is described by a schema of the language. */
export function described(schema: TSchema, expected: string): (answer: string) => string {
  const { pattern = '', minLength = 0, maxLength = Infinity } = schema as TextSchema;
  return (answer) => {
    const right = new RegExp(pattern, 'u').test(answer) && !/\p{Cc}|\p{Cs}/u.test(answer);
    if (right && answer.length >= minLength && answer.length <= maxLength) return answer;
    throw unexpected(answer, expected);
  };
}

interface TextSchema {
  pattern?: string;
  minLength?: number;
  maxLength?: number;
}

export function unexpected(answer: string, expected: string, hint?: string): ChaosError {
  const options = hint === undefined ? {} : { hint };
  return new ChaosError('usage', `found ${JSON.stringify(answer)}; expected ${expected}`, options);
}
