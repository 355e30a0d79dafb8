import { publishSchema, type PublishOptions } from './options.ts';
import { longestInterval } from './pace.ts';
import type { Workload } from '../workload.ts';

export const publish: Workload<typeof publishSchema> = {
  kind: 'publish',
  summary:
    'Publishes numbered messages at a steady rate, in stages, in bursts or at full speed, each acknowledged by its stream',
  proof:
    'Every message is written to the history with its outcome: acknowledged with a sequence, refused, or unknown. A run in which it moved no message is inconclusive.',
  example: '{ kind: publish, stream: qa1a/qa, subject: events.qa.qa1a.orders, rate: 200/s }',
  schema: publishSchema,
  target: (options: PublishOptions) => options.stream,
  pace: (options: PublishOptions) => ({
    everyMs: longestInterval(options),
    ...(options.count === undefined ? {} : { count: options.count }),
    ...(options.publishers === 1 ? {} : { publishers: options.publishers }),
  }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startPublishing } = await import('./running.ts');
    return startPublishing(ctx, options);
  },
};
