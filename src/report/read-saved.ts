import { ChaosError, messageOf } from '../support/errors.ts';
import { checkOf, placeOf, type Shape } from './fits.ts';
import { SavedRunSchema, SCHEMA_VERSION, type SavedRun } from './schema.ts';

const check = checkOf(SavedRunSchema as unknown as Shape);

/**
 * The saved run in the text of a `report.json`, of this version of the form or an earlier one. Unknown fields are
 * ignored.
 *
 * @param name what errors call the text
 * @throws ChaosError `invalid` for a text that is no saved run, is damaged, or has a newer form
 */
export function readSavedRun(text: string, name: string): SavedRun {
  const value = parse(text, name);
  const version = isMap(value) ? value['schemaVersion'] : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new ChaosError('invalid', `${name} is no saved run: it has no schemaVersion`);
  if (version > SCHEMA_VERSION) {
    throw new ChaosError(
      'invalid',
      `${name} has schemaVersion ${version}; this program knows no form newer than ${SCHEMA_VERSION}`,
      { hint: 'a newer nats-chaos has written it: use that one, or update this one' },
    );
  }
  const current = upgraded(value as Record<string, unknown>);
  const wrong = check(current);
  if (wrong !== null) throw new ChaosError('invalid', `${name} is damaged: ${placeOf(wrong)} ${wrong.text}`);
  return current as SavedRun;
}

/** In form 1 no expectation could depend on the version: it records only which verdict was expected. */
function upgraded(form: Record<string, unknown>): unknown {
  const value = { ...form, schemaVersion: SCHEMA_VERSION };
  const { expected, verdict, reasons } = form;
  if (form['schemaVersion'] !== 1 || (expected !== 'pass' && expected !== 'fail')) return value;
  const failed = verdict === 'pass' && Array.isArray(reasons) && reasons.length > 0;
  const failureMissing = verdict === 'fail' && expected === 'fail';
  return {
    ...value,
    expected: { verdict: expected, seen: failed ? 'fail' : failureMissing ? 'pass' : verdict },
  };
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new ChaosError('invalid', `${name} is not JSON: ${messageOf(thrown)}`);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
