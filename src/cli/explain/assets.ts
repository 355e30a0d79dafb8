import { schemas } from '../../experiment/schema/validators.ts';
import { fieldsOf, type Field } from './fields.ts';

/** What is known about something that an environment declares by its address. */
export interface ExplainedAsset {
  room: 'asset';
  kind: string;
  summary: string;
  /** The key of an environment that it is declared under. */
  under: string;
  fields: Field[];
  /** An environment's lines in YAML. */
  example: string;
}

const ASSETS: readonly Omit<ExplainedAsset, 'room' | 'fields'>[] = [
  {
    kind: 'stream',
    under: 'streams',
    summary: 'A stream, by its address cluster/stream',
    example: 'streams:\n  qa1a/orders-{1..3}: { subjects: ["orders.{}.>"], replicas: 3, maxAge: 1h }',
  },
  {
    kind: 'consumer',
    under: 'consumers',
    summary: 'A durable consumer, by its address cluster/stream/consumer',
    example: 'consumers:\n  qa1a/qa/worker-{eu,us}: { filter: "events.qa.qa1a.{}", ackWait: 5s }',
  },
  {
    kind: 'bucket',
    under: 'buckets',
    summary: 'A key-value bucket, by its address cluster/bucket; as a stream it is cluster/KV_<bucket>',
    example: 'buckets:\n  qa1a/registers: { replicas: 3, history: 5 }',
  },
  {
    kind: 'object-bucket',
    under: 'objectBuckets',
    summary: 'A bucket of objects, by its address cluster/bucket; as a stream it is cluster/OBJ_<bucket>',
    example: 'objectBuckets:\n  qa1a/files: { replicas: 3, storage: memory }',
  },
];

export function explainedAssets(): ExplainedAsset[] {
  const { properties = {} } = schemas.environment;
  return ASSETS.map((asset) => {
    const { additionalProperties } = properties[asset.under] ?? {};
    const schema = typeof additionalProperties === 'object' ? additionalProperties : {};
    return { room: 'asset', ...asset, fields: fieldsOf(schema) };
  });
}
