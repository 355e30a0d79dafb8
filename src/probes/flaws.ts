import { messageOf } from '../support/errors.ts';
import { parsePath } from './json-path.ts';
import type { Flaw } from './probe.ts';

/** What is wrong with a path, if it is one at all. */
export function pathFlaws(path: unknown): Flaw[] {
  return typeof path === 'string' ? flawsOf('path', () => parsePath(path)) : [];
}

/** What is wrong with a regular expression, if it is one at all. */
export function patternFlaws(field: string, pattern: unknown): Flaw[] {
  return typeof pattern === 'string' ? flawsOf(field, () => new RegExp(pattern)) : [];
}

/** What is wrong with the address of a web server, if it is a text at all. */
export function urlFlaws(url: unknown): Flaw[] {
  if (typeof url !== 'string') return [];
  const isGood = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (isGood) return [];
  return [{ field: 'url', text: `"${url}" is no address; expected such as http://127.0.0.1:9090` }];
}

function flawsOf(field: string, parse: () => unknown): Flaw[] {
  try {
    parse();
    return [];
  } catch (error) {
    return [{ field, text: messageOf(error) }];
  }
}
