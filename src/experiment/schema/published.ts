import { withDefinitions } from './definitions.ts';
import { environmentSchema } from './environment.ts';
import { experimentSchema } from './experiment.ts';
import type { JsonSchema } from './json-schema.ts';

/** The schemas as plain JSON Schema 2020-12: published under `schema/`, and used to validate files. */
export const publishedSchemas = {
  experiment: published(experimentSchema, 'nats-chaos experiment'),
  environment: published(environmentSchema, 'nats-chaos environment'),
};

function published(schema: object, title: string): JsonSchema {
  // A round trip through JSON removes what typebox adds for itself.
  const plain = withDefinitions(JSON.parse(JSON.stringify(schema)) as JsonSchema);
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...plain } as JsonSchema;
}
