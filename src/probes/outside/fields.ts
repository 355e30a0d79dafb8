import { Type } from '../../support/schema.ts';

export const urlField = (description: string) => Type.String({ minLength: 1, description });

export const headersField = Type.Optional(
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", 'x-expected': 'the name of a header' },
    additionalProperties: { type: 'string', description: 'Its value; a secret as ${secrets.NAME}.' },
    description: 'Headers of the request.',
  }),
);
