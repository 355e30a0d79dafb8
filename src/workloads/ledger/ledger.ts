import type { Workload } from '../workload.ts';
import { ledgerSchema, ledgerTarget, type LedgerOptions } from './options.ts';

export const ledger: Workload<typeof ledgerSchema> = {
  kind: 'ledger',
  receives: true,
  withoutStream: true,
  outside: true,
  readsAtEnd: true,
  summary:
    'Reads at the end which messages and requests an application has kept: in Redis, PostgreSQL or over HTTP',
  proof:
    'Every entry that names a message or request of this run, by its id, is written to the history as received. What cannot be read, or still changes when the time is up, makes each check that needs it inconclusive. A run in which it found no such entry is inconclusive.',
  example: "{ kind: ledger, redis: { url: 'redis://127.0.0.1:6379', keys: 'order:*' } }",
  schema: ledgerSchema,
  target: (options: LedgerOptions) => ledgerTarget(options),
  pace: () => ({ everyMs: 0 }),
  async start(ctx, options) {
    const { startLedger } = await import('./start.ts');
    return startLedger(ctx, options);
  },
};
