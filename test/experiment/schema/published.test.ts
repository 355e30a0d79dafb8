import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { withDefinitions, withoutReferences } from '../../../src/experiment/schema/definitions.ts';
import { isMap, type JsonSchema } from '../../../src/experiment/schema/json-schema.ts';
import { publishedSchemas } from '../../../src/experiment/schema/published.ts';

describe.each(Object.entries(publishedSchemas))('the published %s schema', (name, schema) => {
  it('is up to date (npm run schema)', () => {
    const path = join(import.meta.dirname, `../../../schema/${name}.schema.json`);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(schema);
  });

  it('is JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
  });

  it('describes every field', () => {
    const bare: string[] = [];
    visitFields(withoutReferences(schema), '', (path, field) => {
      if (field.description === undefined && !('const' in field)) bare.push(path);
    });
    expect(bare).toEqual([]);
  });
});

it('stays the same when its definitions are taken apart and put together', () => {
  const choice: JsonSchema = {
    type: 'object',
    discriminator: { propertyName: 'kind' },
    oneOf: [{ properties: { kind: { const: 'a' } } }],
  };
  const twice = {
    properties: { x: { ...choice, 'x-definition': 'thing' }, y: { ...choice, 'x-definition': 'thing' } },
  };
  const hoisted = withDefinitions(twice);
  expect(Object.keys(hoisted.$defs ?? {})).toEqual(['thing-a', 'thing']);
  expect(withoutReferences(hoisted)).toMatchObject({ properties: { x: choice, y: choice } });
});

function visitFields(part: unknown, path: string, visit: (path: string, field: JsonSchema) => void): void {
  if (Array.isArray(part)) part.forEach((item, i) => visitFields(item, `${path}/${i}`, visit));
  if (!isMap(part)) return;
  for (const [key, value] of Object.entries(part)) {
    if (key === 'properties' && isMap(value)) {
      for (const [name, field] of Object.entries(value)) visit(`${path}/${name}`, field as JsonSchema);
    }
    if (key !== 'default' && key !== 'examples') visitFields(value, `${path}/${key}`, visit);
  }
}
