import { publishSchema, type PublishOptions } from './publish-options.ts';
import type { Workload } from './workload.ts';

export const publish: Workload<typeof publishSchema> = {
  kind: 'publish',
  summary: 'Publishes numbered, de-duplicated messages at a steady rate, each acknowledged by its stream',
  schema: publishSchema,
  target: (options: PublishOptions) => options.stream,
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startPublishing } = await import('./publishing.ts');
    return startPublishing(ctx, options);
  },
};
