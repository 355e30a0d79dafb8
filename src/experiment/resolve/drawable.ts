import { UNITS, type UnitName } from '../../support/units.ts';
import type { JsonSchema } from '../schema/json-schema.ts';

/** The values that a field may have. */
export type Drawable =
  /** One of these; a value that stands alone is a list of one. */
  | { values: readonly unknown[] }
  /** From, up to and including to, in the unit's plain number: 500 to 8000 for `500ms..8s`. */
  | { unit: UnitName | 'integer'; from: number; to: number; texts: readonly [string, string] };

/** What the schema of a field says about drawing its value. */
type FieldSchema = Pick<JsonSchema, 'type' | 'x-unit'>;

/**
 * The values that a field of a space may have. A list is one to draw from; where the field itself is a list, only a list of
 * lists is. A range needs a field with a unit, or one that is a whole number.
 */
export function drawableOf(schema: FieldSchema, value: unknown): Drawable {
  if (Array.isArray(value)) {
    const isOneValue = schema.type === 'array' && !value.every((one) => Array.isArray(one));
    return { values: isOneValue ? [value] : value };
  }
  return (typeof value === 'string' ? rangeOf(schema, value) : null) ?? { values: [value] };
}

/** A range of two numbers with the same unit, or null for a text that is none. */
function rangeOf(schema: FieldSchema, text: string): Drawable | null {
  const [from, to, ...rest] = text.split('..');
  const unit = unitOf(schema);
  if (unit === null || from === undefined || to === undefined || rest.length > 0) return null;
  const [low, high] = [parsed(unit, from), parsed(unit, to)];
  return low === null || high === null ? null : { unit, from: low, to: high, texts: [from, to] };
}

function unitOf({ type, 'x-unit': unit }: FieldSchema): UnitName | 'integer' | null {
  return unit ?? ([type].flat().includes('integer') ? 'integer' : null);
}

function parsed(unit: UnitName | 'integer', text: string): number | null {
  if (unit === 'integer') return /^\d+$/.test(text) ? Number(text) : null;
  return new RegExp(UNITS[unit].pattern, 'u').test(text) ? UNITS[unit].parse(text) : null;
}

/** Values that stand for all of them, each with its place below that of the field: every one of a list, both ends of a range. */
export function samplesOf(drawable: Drawable, isList: boolean): { value: unknown; below: string }[] {
  if ('values' in drawable)
    return drawable.values.map((value, at) => ({ value, below: isList ? `/${at}` : '' }));
  return drawable.texts.map((text) => ({
    value: drawable.unit === 'integer' ? Number(text) : text,
    below: '',
  }));
}
