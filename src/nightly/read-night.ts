import { ChaosError, messageOf } from '../support/errors.ts';
import type { Night } from './night.ts';

/**
 * The night in the text of a `night.json`.
 *
 * @param name what the text is called in errors
 * @throws ChaosError `invalid` for what is none, or has another form
 */
export function readNight(text: string, name: string): Night {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new ChaosError('invalid', `${name} is not JSON: ${messageOf(thrown)}`);
  }
  const found = value as Partial<Night> | null;
  if (found?.schemaVersion !== 1 || !Array.isArray(found.cells) || typeof found.name !== 'string') {
    throw new ChaosError('invalid', `${name} is no night of this version of the form (schemaVersion 1)`);
  }
  return value as Night;
}
