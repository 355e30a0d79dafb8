import { kvSchema, type KvOptions } from './options.ts';
import type { Workload } from '../workload.ts';

export const kv: Workload<typeof kvSchema> = {
  kind: 'kv',
  summary: 'Reads, writes and compares-and-sets the keys of a bucket from several clients, and watches it',
  proof:
    'Every operation is written to the history with its client, key, revision and outcome, and so is every entry that the watcher is sent. A write without an answer is unknown, and not sent again. A run in which no operation succeeded is inconclusive.',
  example: '{ kind: kv, bucket: qa1a/registers, keys: "k.{1..15}", operations: { get: 1, update: 1 } }',
  schema: kvSchema,
  target: ({ bucket }: KvOptions) => bucket.replace('/', '/KV_'),
  pace: ({ rate, count, clients }: KvOptions) => ({
    everyMs: 1000 / rate,
    ...(count === undefined ? {} : { count }),
    ...(clients === 1 ? {} : { publishers: clients }),
  }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startKv } = await import('./running.ts');
    return startKv(ctx, options);
  },
};
