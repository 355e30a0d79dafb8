import { acknowledges, consumedTarget, consumeSchema, type ConsumeOptions } from './options.ts';
import type { Workload } from '../workload.ts';

export const consume: Workload<typeof consumeSchema> = {
  kind: 'consume',
  receives: true,
  summary:
    'Takes messages from a consumer, pulled or pushed, and acknowledges them, or reads a stream in order',
  proof:
    "Every delivery is written to the history, with the member that got it, and what became of its acknowledgement: the server's confirmation, or, with `confirm: false`, nothing until the consumer's ack floor covers it. What `mishaps` rejected, gave up or crashed with is written as such. A run in which it moved no message is inconclusive.",
  example: '{ kind: consume, consumer: qa1a/qa/consumer-qa1a }',
  schema: consumeSchema,
  target: consumedTarget,
  pace: (options: ConsumeOptions) => {
    const { processing, count, members } = options;
    return {
      everyMs: typeof processing === 'number' ? processing : processing.max,
      ...(acknowledges(options) ? {} : { acknowledges: false as const }),
      ...(count === undefined ? {} : { count }),
      ...(members === 1 ? {} : { members }),
    };
  },
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startConsuming } = await import('./running.ts');
    return startConsuming(ctx, options);
  },
};
