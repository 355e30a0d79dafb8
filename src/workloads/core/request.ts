import type { Workload } from '../workload.ts';
import { requestSchema, type RequestOptions } from './request-options.ts';

export const request: Workload<typeof requestSchema> = {
  kind: 'request',
  withoutStream: true,
  summary: 'Sends requests by core NATS at a steady rate, and waits for an answer to each',
  proof:
    'Every request is written to the history with its number and what became of it: answered, answered with an error, nobody there to answer, or unknown where no answer came in time. A run in which no request was answered is inconclusive.',
  example: '{ kind: request, cluster: qa1a, subject: service.orders, rate: 200/s, timeout: 1s }',
  schema: requestSchema,
  target: ({ cluster, subject }: RequestOptions) => `${cluster}/${subject}`,
  pace: ({ rate, count }: RequestOptions) => ({
    everyMs: 1000 / rate,
    ...(count === undefined ? {} : { count }),
  }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startRequests } = await import('./requesting.ts');
    return startRequests(ctx, options);
  },
};
