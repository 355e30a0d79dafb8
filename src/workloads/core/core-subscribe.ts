import type { Workload } from '../workload.ts';
import { coreSubscribeSchema, type CoreSubscribeOptions } from './subscribe-options.ts';

export const coreSubscribe: Workload<typeof coreSubscribeSchema> = {
  kind: 'core-subscribe',
  receives: true,
  withoutStream: true,
  summary: 'Subscribes to a subject of core NATS, alone or with others of a queue group',
  proof:
    'Every message that comes is written to the history with its publisher and number. What does not come is not sent again, which is no failure by itself. A run in which it received nothing is inconclusive.',
  example: '{ kind: core-subscribe, cluster: qa1a, subject: news.>, queue: readers, members: 3 }',
  schema: coreSubscribeSchema,
  target: ({ cluster, subject }: CoreSubscribeOptions) => `${cluster}/${subject}`,
  pace: () => ({ everyMs: 0, acknowledges: false }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startCoreSubscribe } = await import('./subscribing.ts');
    return startCoreSubscribe(ctx, options);
  },
};
