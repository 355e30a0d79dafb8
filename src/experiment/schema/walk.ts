import { alternativeOf, isMap, type JsonSchema } from './json-schema.ts';
import { child, segments, valueAt, type Pointer } from '../source/pointer.ts';

/** Calls `visit` for every value that the schema knows, outermost first; values that do not fit it are skipped. */
export function walk(
  schema: JsonSchema,
  value: unknown,
  visit: (schema: JsonSchema, value: unknown, pointer: Pointer) => void,
  pointer: Pointer = '',
): void {
  const meant = schema.oneOf ? alternativeOf(schema, value) : schema;
  if (meant === undefined) return;
  visit(meant, value, pointer);
  if (Array.isArray(value)) {
    const { items } = meant;
    if (items) value.forEach((item, i) => walk(items, item, visit, child(pointer, i)));
  } else if (isMap(value)) {
    for (const [key, part] of Object.entries(value)) {
      const field = fieldOf(meant, key);
      if (field) walk(field, part, visit, child(pointer, key));
    }
  }
}

/** The schema of one key of a map, or undefined when anything goes. */
export function fieldOf(schema: JsonSchema, key: string): JsonSchema | undefined {
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  return isMap(schema.additionalProperties) ? schema.additionalProperties : undefined;
}

/** The schema of the value at a pointer; empty where anything goes. */
export function schemaAt(root: JsonSchema, document: unknown, pointer: Pointer): JsonSchema {
  let schema = alternativeOf(root, document) ?? root;
  let value = document;
  for (const key of segments(pointer)) {
    const next: JsonSchema | undefined = Array.isArray(value) ? schema.items : fieldOf(schema, key);
    value = valueAt(value, child('', key));
    if (next === undefined) return {};
    schema = alternativeOf(next, value) ?? next;
  }
  return schema;
}
