import type { Workload } from '../workload.ts';
import { quotaSchema, type QuotaOptions } from './options.ts';

export const quota: Workload<typeof quotaSchema> = {
  kind: 'quota',
  summary: 'Makes streams or consumers up to the limit of an account, and then one too many, again and again',
  proof:
    'Every request is written to the history with its name and outcome: made, deleted, refused because of the limit, or unknown without an answer. In the end it asks for the list of names. A run in which none was made is inconclusive.',
  example: '{ kind: quota, cluster: qa1a, account: APP }',
  schema: quotaSchema,
  withoutStream: true,
  target: ({ cluster, stream }: QuotaOptions, name) => `${stream ?? cluster}/${name}-*`,
  pace: ({ rate }: QuotaOptions) => ({ everyMs: 1000 / rate }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startQuota } = await import('./start.ts');
    return startQuota(ctx, options);
  },
};
