import type { Workload } from '../workload.ts';
import { corePublishSchema, type CorePublishOptions } from './publish-options.ts';

export const corePublish: Workload<typeof corePublishSchema> = {
  kind: 'core-publish',
  withoutStream: true,
  summary: 'Publishes numbered messages by core NATS, which nobody stores or acknowledges',
  proof:
    'Every message is written to the history with its number. It is ok once it is handed to an open connection, and failed where there is none: whether anybody got it is only known from those who did. A run in which nothing was sent is inconclusive.',
  example: '{ kind: core-publish, cluster: qa1a, subject: "news.{eu,us}", rate: 200/s }',
  schema: corePublishSchema,
  target: ({ cluster, subject }: CorePublishOptions) => `${cluster}/${subject}`,
  pace: ({ rate, count }: CorePublishOptions) => ({
    everyMs: 1000 / rate,
    ...(count === undefined ? {} : { count }),
  }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startCorePublish } = await import('./publishing.ts');
    return startCorePublish(ctx, options);
  },
};
