import { withDefinitions } from './definitions.ts';
import { environmentSchema } from './environment-schema.ts';
import { experimentSchema } from './experiment-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/** The schemas as plain JSON Schema 2020-12: what is published under `schema/`, and what files are held against. */
export const publishedSchemas = {
  experiment: published(experimentSchema, 'nats-chaos experiment'),
  environment: published(environmentSchema, 'nats-chaos environment'),
};

function published(schema: object, title: string): JsonSchema {
  // What typebox adds for itself does not survive JSON.
  const plain = withDefinitions(JSON.parse(JSON.stringify(schema)) as JsonSchema);
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...plain } as JsonSchema;
}
