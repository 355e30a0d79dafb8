import type { Workload } from '../workload.ts';
import { replySchema, type ReplyOptions } from './reply-options.ts';

export const reply: Workload<typeof replySchema> = {
  kind: 'reply',
  receives: true,
  withoutStream: true,
  summary: 'Answers requests by core NATS with what they contain, as the members of a queue group',
  proof:
    'Every request that comes is written to the history with its number, when it came and when it was answered. Whether the answer arrived is known from who asked. A run in which no request came is inconclusive.',
  example: '{ kind: reply, cluster: qa1a, subject: service.orders, queue: workers, members: 3, delay: 5ms }',
  schema: replySchema,
  target: ({ cluster, subject }: ReplyOptions) => `${cluster}/${subject}`,
  pace: ({ delay }: ReplyOptions) => ({ everyMs: delay }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startReplies } = await import('./replying.ts');
    return startReplies(ctx, options);
  },
};
