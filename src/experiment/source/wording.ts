import { UNITS } from '../../support/units.ts';
import type { Violation } from '../schema/compile.ts';
import { isMap, kindsOf, type JsonSchema } from '../schema/json-schema.ts';
import { child, valueAt, type Pointer } from './pointer.ts';
import { didYouMean } from './suggest.ts';
import { schemaAt } from '../schema/walk.ts';

/** A violation in words, and where it belongs. */
export interface Complaint {
  pointer: Pointer;
  part: 'key' | 'value';
  message: string;
}

/** A violation, and what it is about. */
interface Case {
  violation: Violation;
  /** The schema that has the violated keyword. */
  schema: JsonSchema;
  value: unknown;
  /** The value as it is written in the file. */
  written: string;
}

/**
 * The message for a violated schema: no other code writes one.
 *
 * @param written a value's text in the file
 * @returns null for a violation that another one describes better
 */
export function word(
  violation: Violation,
  root: JsonSchema,
  document: unknown,
  written: (pointer: Pointer) => string,
): Complaint | null {
  // The violation of propertyNames itself describes it.
  if (violation.propertyName !== undefined) return null;
  const at = violation.instancePath;
  const value = valueAt(document, at);
  const schema = schemaAt(root, document, at);
  const it: Case = { violation, schema, value, written: written(at) };
  const onKey = (key: unknown, message: string): Complaint => ({
    pointer: child(at, String(key)),
    part: 'key',
    message,
  });
  const onValue = (message: string | null): Complaint | null =>
    message === null ? null : { pointer: at, part: 'value', message };
  const { params } = violation;
  switch (violation.keyword) {
    case 'additionalProperties':
      return onKey(params.additionalProperty, unknownKey(it, String(params.additionalProperty)));
    case 'propertyNames':
      return onKey(
        params.propertyName,
        `found the key "${String(params.propertyName)}"; expected ${expected(schema.propertyNames)}`,
      );
    case 'discriminator':
      return params.tagValue === undefined
        ? null
        : { ...onKey(params.tag, unknownKind(it, params.tagValue)), part: 'value' };
    case 'required': {
      const key = String(params.missingProperty);
      // Inside anyOf, the violation of anyOf itself describes it.
      const wanted = [...(schema.required ?? []), ...(schema.else?.required ?? [])];
      return onValue(wanted.includes(key) ? missing(it, key) : null);
    }
    case 'dependentRequired':
      return onKey(
        params.property,
        `"${String(params.property)}" needs "${String(params.missingProperty)}" beside it`,
      );
    case 'anyOf':
      return onValue(`expected ${expected(schema)}`);
    // What its `then` or `else` demands is said by itself.
    case 'if':
      return null;
    case 'not':
      return onValue(schema['x-message'] ?? 'these fields exclude one another');
    default:
      return onValue(wordValue(it));
  }
}

/** What is wrong with a single value. */
function wordValue({ violation, schema, value, written }: Case): string {
  const limit = String(violation.params.limit);
  switch (violation.keyword) {
    case 'type':
      return wrongType(schema, value, written);
    case 'enum':
      return `found ${written}; expected one of ${(schema.enum ?? []).join(', ')}${didYouMean(String(value), (schema.enum ?? []).map(String))}`;
    case 'const':
      return `found ${written}; expected ${JSON.stringify(schema.const)}`;
    case 'minimum':
      return `found ${written}; expected ${limit} or more`;
    case 'exclusiveMinimum':
      return `found ${written}; expected more than ${limit}`;
    case 'maximum':
      return `found ${written}; expected ${limit} or less`;
    case 'minLength':
      return 'found an empty text; expected at least one character';
    case 'maxLength':
      return `found a text of ${String(value).length} characters; expected at most ${limit}`;
    case 'minItems':
      return `found ${lengthOf(value) === 0 ? 'an empty list' : `a list of ${lengthOf(value)}`}; expected ${limit} or more`;
    case 'maxItems':
      return `found a list of ${lengthOf(value)}; expected ${limit} at most`;
    case 'minProperties':
      return `found an empty map; expected ${limit} or more`;
    case 'maxProperties':
      return `expected ${expected(schema)}`;
    case 'uniqueItems':
      return `items ${Number(violation.params.i) + 1} and ${Number(violation.params.j) + 1} of the list are the same; expected each once`;
    default:
      return `found ${written}; expected ${expected(schema)}`;
  }
}

function unknownKey({ schema, value }: Case, key: string): string {
  const known = Object.keys(schema.properties ?? {});
  const free = known.filter((name) => !isMap(value) || !Object.hasOwn(value, name));
  return `unknown key "${key}"${didYouMean(key, free) || `; expected one of ${known.join(', ')}`}`;
}

function unknownKind({ schema }: Case, found: unknown): string {
  const kinds = kindsOf(schema);
  const tag = schema.discriminator?.propertyName ?? 'kind';
  const meant = typeof found === 'string' ? didYouMean(found, kinds) : '';
  return `unknown ${tag} ${JSON.stringify(found)}${meant || `; expected one of ${kinds.join(', ')}`}`;
}

function missing({ schema, value }: Case, key: string): string {
  if (schema.discriminator?.propertyName === key) {
    return `"${key}" is missing; expected one of ${kindsOf(schema).join(', ')}`;
  }
  const tag = isMap(value) ? (value.kind ?? value.metric) : undefined;
  const owner = typeof tag === 'string' && schema.properties?.kind?.const === tag ? ` of this ${tag}` : '';
  const what = schema.properties?.[key]?.description;
  return `"${key}"${owner} is missing${what === undefined ? '' : `: ${what}`}`;
}

const TYPES: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

function wrongType(schema: JsonSchema, value: unknown, written: string): string {
  if (typeof value === 'number' && schema['x-unit'] !== undefined) {
    return `${written} has no unit; expected ${expected(schema)}`;
  }
  const quotes =
    schema.type === 'string' && schema.pattern === undefined && ['number', 'boolean'].includes(typeof value)
      ? `; put it in quotes: "${written}"`
      : '';
  return `found ${written}; expected ${expected(schema)}${quotes}`;
}

/** What a schema wants, in words. */
function expected(schema: JsonSchema | undefined): string {
  if (schema === undefined) return 'something else';
  if (schema['x-expected'] !== undefined) return schema['x-expected'];
  const unit = schema['x-unit'];
  if (unit !== undefined) return `${UNITS[unit].expected}, such as ${UNITS[unit].example}`;
  if (schema.pattern !== undefined && schema.examples?.[0] !== undefined) {
    return `something like ${JSON.stringify(schema.examples[0])} (${schema.description ?? schema.pattern})`;
  }
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.map((type) => TYPES[type] ?? type).join(' or ') || (schema.description ?? 'something else');
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
