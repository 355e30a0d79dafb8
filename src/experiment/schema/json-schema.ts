import type { UnitName } from '../../support/units.ts';
import type { AddressKind } from '../../support/schema.ts';

/** The part of JSON Schema that the files' schemas are made of, as plain data. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  description?: string;
  examples?: unknown[];
  default?: unknown;
  pattern?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  propertyNames?: JsonSchema;
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: { required: string[] }[];
  else?: { required: string[] };
  discriminator?: { propertyName: string };
  'x-unit'?: UnitName;
  'x-address'?: AddressKind;
  'x-expected'?: string;
  'x-message'?: string;
  'x-minimum'?: string;
  'x-maximum'?: string;
  /** The field's name in the configuration of nats-server. */
  'x-server'?: string;
  /** The first series of nats-server that knows the field, and of a choice each later word. */
  'x-since'?: string;
  'x-since-of'?: Record<string, string>;
  'x-definition'?: string;
}

/** The one alternative that a value means, by its `kind` (or `metric`); undefined when it names none of them. */
export function alternativeOf(schema: JsonSchema, value: unknown): JsonSchema | undefined {
  const tag = schema.discriminator?.propertyName;
  if (tag === undefined || !isMap(value)) return undefined;
  return schema.oneOf?.find((option) => option.properties?.[tag]?.const === value[tag]);
}

/** The words that a discriminated choice knows. */
export function kindsOf(schema: JsonSchema): string[] {
  const tag = schema.discriminator?.propertyName ?? 'kind';
  return (schema.oneOf ?? []).map((option) => String(option.properties?.[tag]?.const));
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
