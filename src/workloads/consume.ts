import { consumeSchema, type ConsumeOptions } from './consume-options.ts';
import type { Workload } from './workload.ts';

export const consume: Workload<typeof consumeSchema> = {
  kind: 'consume',
  summary: 'Pulls messages from a consumer and acknowledges each, confirmed by the server',
  schema: consumeSchema,
  target: (options: ConsumeOptions) => options.consumer,
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startConsuming } = await import('./consuming.ts');
    return startConsuming(ctx, options);
  },
};
