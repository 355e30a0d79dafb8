import type { Workload } from '../workload.ts';
import { assetsSchema, type AssetsOptions } from './options.ts';

export const assets: Workload<typeof assetsSchema> = {
  kind: 'assets',
  summary: 'Makes, changes, deletes and lists streams and consumers from several clients',
  proof:
    'Every operation is written to the history with its client, stream or consumer, and outcome; one without an answer is unknown, and not sent again. Once all is quiet, the history gets what each node holds, and what the API lists. A run in which no operation succeeded is inconclusive.',
  example: '{ kind: assets, cluster: qa1a, names: 20, operations: { create: 2, delete: 1, list: 1 } }',
  schema: assetsSchema,
  withoutStream: true,
  target: ({ cluster }: AssetsOptions, name) => `${cluster}/${name}-*`,
  pace: ({ rate, count, clients }: AssetsOptions) => ({
    everyMs: 1000 / rate,
    ...(count === undefined ? {} : { count }),
    ...(clients === 1 ? {} : { publishers: clients }),
  }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startAssets } = await import('./start.ts');
    return startAssets(ctx, options);
  },
};
