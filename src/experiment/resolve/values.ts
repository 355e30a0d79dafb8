import { UNITS } from '../../support/units.ts';
import { alternativeOf, isMap, type JsonSchema } from '../schema/json-schema.ts';
import { fieldOf } from '../schema/walk.ts';

/** A valid value with every default filled in and every quantity turned into a number. */
export function resolveValue(schema: JsonSchema, value: unknown): unknown {
  const meant = alternativeOf(schema, value) ?? schema;
  if (typeof value === 'string') return quantity(meant, value);
  if (Array.isArray(value)) {
    const { items } = meant;
    return items ? value.map((item) => resolveValue(items, item)) : value;
  }
  return isMap(value) ? resolveMap(meant, value) : value;
}

function resolveMap(schema: JsonSchema, value: Record<string, unknown>): Record<string, unknown> {
  const given = Object.entries(value).map(([key, part]) => {
    const field = fieldOf(schema, key);
    return [key, field ? resolveValue(field, part) : part] as const;
  });
  const left = Object.entries(schema.properties ?? {}).flatMap(([key, field]) =>
    'default' in field && !Object.hasOwn(value, key)
      ? [[key, resolveValue(field, field.default)] as const]
      : [],
  );
  return Object.fromEntries([...given, ...left]);
}

/** `5s` → 5000; a word that is allowed in place of a quantity (`always`) stays as it is. */
function quantity(schema: JsonSchema, text: string): unknown {
  const unit = schema['x-unit'] && UNITS[schema['x-unit']];
  return unit && new RegExp(unit.pattern).test(text) ? unit.parse(text) : text;
}
