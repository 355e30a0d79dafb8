import { ChaosError, messageOf } from '../support/errors.ts';
import type { NightlyRun } from './nightly-run.ts';

/**
 * The nightly run in the text of a `night.json`.
 *
 * @param name what errors call the text
 * @throws ChaosError `invalid` for a text that is no nightly run or has another form
 */
export function readNightlyRun(text: string, name: string): NightlyRun {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new ChaosError('invalid', `${name} is not JSON: ${messageOf(thrown)}`);
  }
  const found = value as Partial<NightlyRun> | null;
  if (found?.schemaVersion !== 1 || !Array.isArray(found.cells) || typeof found.name !== 'string') {
    throw new ChaosError(
      'invalid',
      `${name} is no nightly run of this version of the form (schemaVersion 1)`,
    );
  }
  return value as NightlyRun;
}
