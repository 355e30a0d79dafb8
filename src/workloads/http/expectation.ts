import type { HttpOptions } from './options.ts';
import type { Filling } from './template.ts';

/** Judges an answer by what is expected: undefined for a good one, else what is wrong with it. */
export interface Expectation {
  /** Whether the body must be read at all. */
  readsBody: boolean;
  wrong(status: number, body: string, request: Filling): string | undefined;
}

export function expectationOf({ status, body }: HttpOptions['expect']): Expectation {
  const wanted = [status].flat().map(String);
  const isGood = (is: number): boolean =>
    wanted.some((one) => (one.endsWith('xx') ? one[0] === String(is)[0] : Number(one) === is));
  const holdsPlace = body !== undefined && /\{(id|n)\}/.test(body);
  const fixed = body === undefined || holdsPlace ? undefined : new RegExp(body, 'm');
  const patternFor = (request: Filling): RegExp | undefined =>
    holdsPlace ? new RegExp(filled(body, request), 'm') : fixed;
  return {
    readsBody: body !== undefined,
    wrong(is, text, request) {
      if (!isGood(is)) return `answered with status ${is}`;
      return patternFor(request)?.test(text) === false
        ? `status ${is}, but not the body expected`
        : undefined;
    },
  };
}

function filled(pattern: string, { id, n }: Filling): string {
  return pattern.replaceAll('{id}', escaped(id)).replaceAll('{n}', String(n));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
