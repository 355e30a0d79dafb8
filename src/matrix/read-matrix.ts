import { ChaosError, messageOf } from '../support/errors.ts';
import type { Asked, Matrix } from './matrix.ts';

/**
 * The matrix in the text of a `matrix.json`.
 *
 * @param name what errors call the text
 * @throws ChaosError `invalid` for a text that is no matrix or has another form
 */
export function readMatrix(text: string, name: string): Matrix {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new ChaosError('invalid', `${name} is not JSON: ${messageOf(thrown)}`);
  }
  const found = value as Partial<Matrix> | null;
  const lists = (['experiments', 'columns', 'runs'] as const).filter(
    (field) => !Array.isArray(found?.[field]),
  );
  const lacks = lists.length === 0 ? '' : `: it has no list ${lists.join(', ')}`;
  if (found?.schemaVersion !== 1 || lists.length > 0 || found.asked === undefined) {
    throw new ChaosError(
      'invalid',
      `${name} is no matrix of this version of the form (schemaVersion 1)${lacks}`,
    );
  }
  return value as Matrix;
}

/**
 * Checks that the options are those that the matrix was begun with; the experiments left out then are left out now.
 *
 * @throws ChaosError `usage` naming the first option that differs
 */
export function checkSameAsked(before: Asked, now: Partial<Asked>, folder: string): void {
  for (const field of ['files', 'tag', 'bisect', 'nats', 'repeat', 'environment', 'driver'] as const) {
    const [was, is] = [before[field], now[field]];
    if (is === undefined || JSON.stringify(is) === JSON.stringify(was)) continue;
    const shown = (value: string[] | string | number | undefined): string =>
      value === undefined ? 'nothing' : (Array.isArray(value) ? value.join(',') : String(value)) || 'nothing';
    const option = field === 'files' ? 'the files' : `--${field}`;
    throw new ChaosError(
      'usage',
      `${option}: found ${shown(is)}; the matrix in ${folder} was begun with ${shown(was)}`,
      { hint: 'leave it out to continue that matrix, or leave out --resume to begin another' },
    );
  }
}
