import { ChaosError, messageOf } from '../support/errors.ts';
import { SavedRunSchema, SCHEMA_VERSION, type SavedRun } from './schema.ts';

/**
 * The saved run in the text of a `report.json`, of this version of the form or an earlier one. Fields that this program
 * does not know are passed over.
 *
 * @param name what the text is called in errors
 * @throws ChaosError `invalid` for what is no saved run, is damaged, or has a newer form
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
  const wrong = misfit(current, SavedRunSchema as unknown as Shape);
  if (wrong !== null) throw new ChaosError('invalid', `${name} is damaged: ${placeOf(wrong)} ${wrong.text}`);
  return current as SavedRun;
}

/** In form 1 no verdict could be expected by version: it says only which one was. */
function upgraded(form: Record<string, unknown>): unknown {
  const value = { ...form, schemaVersion: SCHEMA_VERSION };
  const { expected, verdict, reasons } = form;
  if (form['schemaVersion'] !== 1 || (expected !== 'pass' && expected !== 'fail')) return value;
  const failed = verdict === 'pass' && Array.isArray(reasons) && reasons.length > 0;
  const gone = verdict === 'fail' && expected === 'fail';
  return { ...value, expected: { verdict: expected, seen: failed ? 'fail' : gone ? 'pass' : verdict } };
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new ChaosError('invalid', `${name} is not JSON: ${messageOf(thrown)}`);
  }
}

interface Shape {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  required?: readonly string[];
  additionalProperties?: Shape | boolean;
}

interface Misfit {
  path: (string | number)[];
  text: string;
}

/**
 * What does not fit, or null. A walk of its own: no compiler is loaded. Places are put together only on the way out,
 * because a long run has a hundred thousand readings.
 */
function misfit(value: unknown, shape: Shape): Misfit | null {
  if (shape.anyOf !== undefined) {
    return shape.anyOf.some((one) => misfit(value, one) === null) ? null : unexpected(value);
  }
  if (shape.const !== undefined && value !== shape.const) return unexpected(value);
  if (shape.enum !== undefined && !shape.enum.includes(value)) return unexpected(value);
  if (shape.type !== undefined && !isOf(shape.type, value)) return unexpected(value, `, not ${shape.type}`);
  if (Array.isArray(value)) return misfitOfItems(value, shape);
  return isMap(value) ? misfitOfFields(value, shape) : null;
}

function misfitOfItems(items: readonly unknown[], { items: shape }: Shape): Misfit | null {
  if (shape === undefined) return null;
  for (let at = 0; at < items.length; at++) {
    const wrong = misfit(items[at], shape);
    if (wrong !== null) return { ...wrong, path: [at, ...wrong.path] };
  }
  return null;
}

function misfitOfFields(value: Record<string, unknown>, shape: Shape): Misfit | null {
  const missing = shape.required?.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return { path: [missing], text: 'is missing' };
  const { properties, additionalProperties: other } = shape;
  if (properties === undefined && typeof other !== 'object') return null;
  for (const name in value) {
    const known = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : other;
    const wrong = typeof known === 'object' ? misfit(value[name], known) : null;
    if (wrong !== null) return { ...wrong, path: [name, ...wrong.path] };
  }
  return null;
}

function placeOf({ path }: Misfit): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`));
  return parts.join('').replace(/^\./, '') || 'the whole';
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isMap(value);
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function unexpected(value: unknown, rather = ''): Misfit {
  const text = JSON.stringify(value);
  return { path: [], text: `is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}${rather}` };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
