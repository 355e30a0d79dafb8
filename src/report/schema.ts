import { Type, type Static } from '../support/schema.ts';
import { documentFields } from './schema/document.ts';
import { claimFields } from './schema/claims.ts';
import { methodFields } from './schema/method.ts';
import { seriesFields } from './schema/series.ts';

/** The version of the form below; later versions of the program read every earlier form. */
export const SCHEMA_VERSION = 2;

export const SavedRunSchema = Type.Object(
  {
    schemaVersion: Type.Literal(SCHEMA_VERSION, { description: 'Version of this form.' }),
    ...documentFields,
    ...claimFields,
    ...methodFields,
    ...seriesFields,
  },
  { additionalProperties: false, description: 'Everything that a run of nats-chaos did, saw and concluded.' },
);

/** The content of `report.json`: the whole truth about a run, from which every report is made. */
export type SavedRun = Static<typeof SavedRunSchema>;

/** The published JSON Schema (2020-12) of `report.json`, as pretty text. */
export function reportJsonSchema(): string {
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'nats-chaos saved run (report.json)',
  };
  return `${JSON.stringify({ ...head, ...SavedRunSchema }, null, 2)}\n`;
}
