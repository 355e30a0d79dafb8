import { longestIntervalOfPace } from '../pace/options.ts';
import type { Workload } from '../workload.ts';
import { httpSchema, httpTarget, type HttpOptions } from './options.ts';

export const http: Workload<typeof httpSchema> = {
  kind: 'http',
  withoutStream: true,
  outside: true,
  summary: 'Sends HTTP requests to a service at a pace that does not wait for answers, each with its own id',
  proof:
    'Every request is written to the history with its id and what became of it: accepted, as expected; refused, by another answer or as no connection was made; or unknown, where no answer came in time or the connection broke. A run in which no request was accepted is inconclusive.',
  example:
    "{ kind: http, url: 'http://127.0.0.1:8080', path: /api/orders, body: { orderId: '{id}' }, rate: 100/s }",
  schema: httpSchema,
  target: httpTarget,
  pace: (options: HttpOptions) => ({
    everyMs: longestIntervalOfPace(options),
    ...(options.count === undefined ? {} : { count: options.count }),
  }),
  async start(ctx, options) {
    const { startHttp } = await import('./running.ts');
    return startHttp(ctx, options);
  },
};
