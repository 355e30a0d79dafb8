import { join } from 'node:path';
import type { RunRecord } from '../../history/record.ts';
import type { Milliseconds } from '../../support/units.ts';
import { serverEvents } from '../readings/server-events.ts';
import type { Environment } from '../run-context.ts';

/**
 * Reads the servers' logs. Unreadable logs are left out of the report; they do not change the verdict.
 *
 * @param to when the take-down began: what servers log from then on says nothing
 */
export async function readServerEvents(
  { plan, ctx }: Environment,
  { startedAt, readyMs: from = 0 }: Pick<RunRecord, 'startedAt' | 'readyMs'>,
  to: Milliseconds,
): Promise<Pick<RunRecord, 'serverEvents'>> {
  const nodes = plan.spec.clusters.flatMap((cluster) =>
    cluster.nodes.map((name) => ({ address: `${cluster.name}/${name}`, name })),
  );
  const logs = { folder: join(ctx.folder, 'logs'), nodes, startMs: Date.parse(startedAt), from, to };
  const events = await serverEvents(logs).catch(() => undefined);
  return events === undefined ? {} : { serverEvents: events };
}
