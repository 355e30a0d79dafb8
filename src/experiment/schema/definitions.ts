import { isMap, kindsOf, type JsonSchema } from './json-schema.ts';

const PREFIX = '#/$defs/';

/**
 * The schema with every choice once under `$defs`, referred to by its name (annotation `x-definition`): it is
 * shorter, and compiles faster.
 */
export function withDefinitions(schema: JsonSchema): JsonSchema {
  const definitions: Record<string, JsonSchema> = {};
  const rewritten = hoist(schema, definitions) as JsonSchema;
  return { ...rewritten, $defs: definitions };
}

/** The opposite: every reference replaced by what it refers to, shared and not copied. */
export function withoutReferences(root: JsonSchema): JsonSchema {
  const definitions = root.$defs ?? {};
  const expanded = new Map<string, unknown>();
  const expand = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(expand);
    if (!isMap(part)) return part;
    if (typeof part.$ref !== 'string') {
      return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, expand(value)]));
    }
    const name = part.$ref.slice(PREFIX.length);
    if (!expanded.has(name)) expanded.set(name, expand(definitions[name]));
    return expanded.get(name);
  };
  return expand({ ...root, $defs: {} }) as JsonSchema;
}

function hoist(part: unknown, definitions: Record<string, JsonSchema>): unknown {
  if (Array.isArray(part)) return part.map((item) => hoist(item, definitions));
  if (!isMap(part)) return part;
  const { 'x-definition': name, ...rest } = part;
  if (typeof name !== 'string') {
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, hoist(value, definitions)]));
  }
  if (!Object.hasOwn(definitions, name)) {
    const choice = rest as JsonSchema;
    const kinds = kindsOf(choice);
    const oneOf = (choice.oneOf ?? []).map((option, i) => {
      const definition = hoist(option, definitions) as JsonSchema;
      const id = namesake(definition, definitions) ?? `${name}-${kinds[i] ?? String(i)}`;
      definitions[id] = definition;
      return { $ref: PREFIX + id };
    });
    definitions[name] = { ...choice, oneOf };
  }
  return { $ref: PREFIX + name };
}

/** The id of an equal definition that is there already: two choices may have an option in common. */
function namesake(definition: JsonSchema, definitions: Record<string, JsonSchema>): string | undefined {
  const text = JSON.stringify(definition);
  return Object.keys(definitions).find((id) => JSON.stringify(definitions[id]) === text);
}
