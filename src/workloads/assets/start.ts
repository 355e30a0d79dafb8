import { ASSET_OPERATIONS, type AssetOperation } from '../../history/operations.ts';
import { randomFor } from '../../support/random.ts';
import { connectClients, RunningClients, type GivenUp } from '../clients.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext } from '../workload.ts';
import { AssetsClient } from './client.ts';
import type { AssetsOptions } from './options.ts';

/** Begins to make and delete streams. @throws ChaosError when it cannot connect */
export async function startAssets(ctx: WorkloadContext, options: AssetsOptions): Promise<RunningWorkload> {
  const { clients, node, rate, count, cluster, seed } = options;
  const connections = await connectClients(ctx, clients, node);
  const tally = new Tally();
  const log = ctx.history.operations(ctx.name, ASSET_OPERATIONS);
  let giveUp: (why: GivenUp) => void = () => undefined;
  const givenUp = new Promise<GivenUp>((resolve) => (giveUp = resolve));
  const operations = operationsOf(options);
  let values = 0;
  return new RunningClients({
    ctx,
    kind: 'assets',
    target: `${cluster}/${ctx.name}-*`,
    tally,
    connections,
    clients: connections.map(
      (connection, number) =>
        new AssetsClient({
          number,
          connection,
          options,
          operations,
          runId: ctx.runId,
          workload: ctx.name,
          by: ctx.publishers.indexOf(ctx.name),
          random: randomFor(seed, `${ctx.name} ${number}`),
          log,
          tally,
          nextValue: () => ++values,
          now: ctx.elapsedMs,
          givenUp,
        }),
    ),
    rate,
    count,
    atOnce: 1,
    giveUp,
  });
}

/** Each operation as often as it is to be chosen. */
function operationsOf({ operations, consumers }: AssetsOptions): AssetOperation[] {
  const weights = operations as Partial<Record<AssetOperation, number>>;
  return ASSET_OPERATIONS.filter((op) => consumers > 0 || !op.endsWith('Consumer')).flatMap((op) =>
    Array.from({ length: weights[op] ?? 0 }, () => op),
  );
}
