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
  const wrong = misfit(value, SavedRunSchema as unknown as Shape, '');
  if (wrong !== null) throw new ChaosError('invalid', `${name} is damaged: ${wrong}`);
  return value as SavedRun;
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

/** What does not fit, in words, or null. A walk of its own: no compiler is loaded, and 60 runs are read in a moment. */
function misfit(value: unknown, shape: Shape, path: string): string | null {
  if (shape.anyOf !== undefined) {
    const fits = shape.anyOf.some((one) => misfit(value, one, path) === null);
    return fits ? null : unexpected(value, path);
  }
  if (shape.const !== undefined && value !== shape.const) return unexpected(value, path);
  if (shape.enum !== undefined && !shape.enum.includes(value)) return unexpected(value, path);
  if (shape.type !== undefined && !isOf(shape.type, value))
    return `${unexpected(value, path)}, not ${shape.type}`;
  if (Array.isArray(value)) return misfitOfItems(value, shape, path);
  return isMap(value) ? misfitOfFields(value, shape, path) : null;
}

function misfitOfItems(items: readonly unknown[], { items: shape }: Shape, path: string): string | null {
  if (shape === undefined) return null;
  for (const [at, item] of items.entries()) {
    const wrong = misfit(item, shape, `${path}[${at}]`);
    if (wrong !== null) return wrong;
  }
  return null;
}

function misfitOfFields(value: Record<string, unknown>, shape: Shape, path: string): string | null {
  const missing = shape.required?.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${path}.${missing}`.replace(/^\./, '') + ' is missing';
  const other = typeof shape.additionalProperties === 'object' ? shape.additionalProperties : undefined;
  for (const [name, field] of Object.entries(value)) {
    const known = shape.properties !== undefined && Object.hasOwn(shape.properties, name);
    const expected = known ? shape.properties?.[name] : other;
    const wrong =
      expected === undefined ? null : misfit(field, expected, path === '' ? name : `${path}.${name}`);
    if (wrong !== null) return wrong;
  }
  return null;
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isMap(value);
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function unexpected(value: unknown, path: string): string {
  const text = JSON.stringify(value);
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return `${path === '' ? 'the whole' : path} is ${short}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
