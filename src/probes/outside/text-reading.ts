import { ChaosError, messageOf } from '../../support/errors.ts';
import { Type } from '../../support/schema.ts';
import { readPath } from '../json-path.ts';
import type { Flaw, Reading } from '../probe.ts';
import { pathFlaws, patternFlaws } from '../flaws.ts';

/** How a number or word is found in a text that comes from outside: by one of these, or by none. */
export interface TextOptions {
  path?: string;
  matches?: string;
}

/** @param what the text: `the body`, `stdout` */
export const textFields = (what: string) => ({
  path: Type.Optional(
    Type.String({
      minLength: 1,
      description: `Reads ${what} as JSON, and the number or word at this path: fields joined by ".", an element as [0] or [name=orders].`,
    }),
  ),
  matches: Type.Optional(
    Type.String({
      minLength: 1,
      description: `A regular expression for ${what}; ^ and $ match at lines. With a group, the reading is what the group holds, as a word, and as a number if it is one. Without, it is matched or unmatched.`,
    }),
  ),
});

/** @returns null where the options ask for nothing of the text. @throws ChaosError `failed` when it is not there */
export function readText(text: string, { path, matches }: TextOptions, what: string): Reading | null {
  if (path !== undefined) return readPath(parsed(text, what), path);
  if (matches === undefined) return null;
  const pattern = new RegExp(matches, 'm');
  const found = pattern.exec(text);
  if (!hasGroup(matches))
    return { value: found === null ? 0 : 1, state: found === null ? 'unmatched' : 'matched' };
  const word = found?.[1];
  if (word === undefined) throw new ChaosError('failed', `${what} has nothing that matches ${matches}`);
  const value = word.trim() === '' ? Number.NaN : Number(word);
  return { state: word, ...(Number.isFinite(value) ? { value } : {}) };
}

/** @param options of a probe, which may not fit its schema */
export function textFlaws(options: Readonly<Record<string, unknown>>): Flaw[] {
  const { path, matches } = options;
  const both =
    path !== undefined && matches !== undefined
      ? [{ field: 'matches', text: 'path and matches exclude one another: a reading comes from one of them' }]
      : [];
  const broken = patternFlaws('matches', matches);
  return [...both, ...pathFlaws(path), ...broken, ...(broken.length > 0 ? [] : wordFlaws(options))];
}

/** Where only two words can be read, any other one is misspelt. */
function wordFlaws({ path, matches, is }: Readonly<Record<string, unknown>>): Flaw[] {
  if (path !== undefined || typeof is !== 'string') return [];
  if (typeof matches === 'string' && hasGroup(matches)) return [];
  const words = matches === undefined ? ['expected', 'unexpected'] : ['matched', 'unmatched'];
  if (words.includes(is)) return [];
  return [{ field: 'is', text: `it never reads "${is}"; expected ${words.join(' or ')}` }];
}

function hasGroup(pattern: string): boolean {
  // An empty alternative always matches, so that the groups of the pattern are counted.
  return (new RegExp(`${pattern}|`).exec('')?.length ?? 0) > 1;
}

const MOST_SHOWN = 120;

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const shown = text.trim().slice(0, MOST_SHOWN);
    throw new ChaosError('failed', `${what} is no JSON (${messageOf(error)}): ${shown}`, { cause: error });
  }
}
