import { oneOfKind, Type, type TSchema } from '../../support/schema.ts';

/** Annotation: what a pattern, or a condition on the fields, expects, as an error message says it. */
export const EXPECTED = 'x-expected';

/** A list item: its kind, and the fields of that kind with their defaults filled in and units resolved. */
export interface Item {
  kind: string;
  [field: string]: unknown;
}

/** A name that is also part of a folder's name. */
export const fileNameField = (description: string) =>
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
    [EXPECTED]: 'a name of letters, digits, ".", "_" and "-" (at most 64)',
    description,
  });

/** A name that can be part of an address: it has no character with a meaning in NATS subjects or addresses. */
export const NAME = {
  pattern: '^[^\\s/@*>\\\\]{1,64}$',
  [EXPECTED]: 'a name without spaces, "/", "@", "*", ">" and "\\" (at most 64 characters)',
};

export const titleField = (description: string) => Type.String({ minLength: 1, maxLength: 300, description });

export const secretsField = Type.Optional(
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$', [EXPECTED]: 'a name of letters, digits and "_"' },
    additionalProperties: {
      type: 'string',
      description: 'The value, usually from the environment as ${VAR}.',
    },
    description: 'Values that never reach a report or log; used elsewhere in this file as ${secrets.NAME}.',
  }),
);

/** A subject, or a filter with `*` and `>`. */
export const subjectField = (description: string) =>
  Type.String({
    pattern: '^[^\\s.]+(\\.[^\\s.]+)*$',
    [EXPECTED]: 'a subject: words joined by ".", such as orders.new or orders.>',
    description,
  });

export const count = (description: string, minimum = 0, maximum?: number) =>
  Type.Integer({ minimum, ...(maximum === undefined ? {} : { maximum }), description });

export function choice<const W extends string>(words: readonly W[], description: string) {
  return Type.Unsafe<W>({ type: 'string', enum: words, description });
}

/** A map whose keys are names. */
export function namedRecord<T>(
  value: object,
  description: string,
  options: { key?: object; minProperties?: number } = {},
) {
  const { key = NAME, minProperties = 0 } = options;
  return Type.Unsafe<Record<string, T>>({
    type: 'object',
    ...(minProperties > 0 ? { minProperties } : {}),
    propertyNames: key,
    additionalProperties: value,
    description,
  });
}

/** A choice by `kind` that is published once, under this name. */
export function kindChoice<T>(name: string, schemas: readonly TSchema[], description: string) {
  return Type.Unsafe<T>({ ...oneOfKind<T>(schemas, description), 'x-definition': name });
}
