import type { Workload } from '../workload.ts';
import { objectSchema, type ObjectOptions } from './options.ts';

export const object: Workload<typeof objectSchema> = {
  kind: 'object',
  withoutStream: true,
  summary: 'Stores, reads, deletes and lists the objects of a bucket from several clients',
  proof:
    'Every operation is written to the history with its client, object and outcome, and of what was read, which write it is of. One without an answer is unknown, and not sent again. Once its clients have ended, it reads every object. A run in which no operation succeeded is inconclusive.',
  example: '{ kind: object, bucket: qa1a/files, names: "file.{1..10}", sizes: [1KiB, 300KiB] }',
  schema: objectSchema,
  target: ({ bucket }: ObjectOptions) => bucket.replace('/', '/OBJ_'),
  pace: ({ rate, count, clients }: ObjectOptions) => ({
    everyMs: 1000 / rate,
    ...(count === undefined ? {} : { count }),
    ...(clients === 1 ? {} : { publishers: clients }),
  }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startObjects } = await import('./start.ts');
    return startObjects(ctx, options);
  },
};
