import { DELIVERED } from '../../history/delivery-log.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext } from '../workload.ts';
import { startMembers } from './members.ts';
import type { CoreSubscribeOptions } from './subscribe-options.ts';

/** Begins to receive. @throws ChaosError when it cannot connect */
export function startCoreSubscribe(
  ctx: WorkloadContext,
  { cluster, subject, queue, members, node }: CoreSubscribeOptions,
): Promise<RunningWorkload> {
  const tally = new Tally();
  const log = ctx.history.deliveries(ctx.name);
  const take = (_message: unknown, { by, n }: { by: number; n: number }): void => {
    const t = ctx.elapsedMs();
    // There is no stream, and so no sequence.
    log.append(t, 0, by, n, 1, 0, DELIVERED);
    tally.count(t, 'ok');
  };
  const target = `${cluster}/${subject}`;
  return startMembers(ctx, tally, { kind: 'core-subscribe', target, subject, queue, members, node, take });
}
