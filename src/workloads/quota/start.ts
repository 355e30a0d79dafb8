import { QUOTA_OPERATIONS } from '../../history/operations.ts';
import { connectClients, RunningClients, type GivenUp } from '../clients.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext } from '../workload.ts';
import { QuotaClient } from './client.ts';
import type { QuotaOptions } from './options.ts';

/** Begins to make streams. @throws ChaosError when it cannot connect */
export async function startQuota(ctx: WorkloadContext, options: QuotaOptions): Promise<RunningWorkload> {
  const { cluster, stream, node, rate } = options;
  const connections = await connectClients(ctx, 1, node);
  const tally = new Tally();
  let giveUp: (why: GivenUp) => void = () => undefined;
  const givenUp = new Promise<GivenUp>((resolve) => (giveUp = resolve));
  const clients = connections.map(
    (connection) =>
      new QuotaClient({
        connection,
        options,
        workload: ctx.name,
        log: ctx.history.operations(ctx.name, QUOTA_OPERATIONS),
        tally,
        now: ctx.elapsedMs,
        givenUp,
      }),
  );
  return new RunningClients({
    ctx,
    kind: 'quota',
    target: `${stream ?? cluster}/${ctx.name}-*`,
    tally,
    connections,
    clients,
    rate,
    atOnce: 1,
    giveUp,
    last: async (isOver) => {
      for (const client of clients) await client.list(isOver);
    },
  });
}
