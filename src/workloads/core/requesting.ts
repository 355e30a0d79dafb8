import type { OperationStatus } from '../../history/events.ts';
import { REQUEST_OPERATIONS } from '../../history/operations.ts';
import { bodyOf, demandRoom, identityOf } from '../../support/message-body.ts';
import { requestEcho, type Answer } from '../../nats/request.ts';
import type { Milliseconds } from '../../support/units.ts';
import { connectClients, RunningClients, type GivenUp } from '../clients.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext } from '../workload.ts';
import type { RequestOptions } from './request-options.ts';

/** The largest number that an identity may have. */
const LAST_N = 2 ** 32 - 1;

/** Begins to send requests. @throws ChaosError when it cannot connect, or the size is too small for an identity */
export async function startRequests(ctx: WorkloadContext, options: RequestOptions): Promise<RunningWorkload> {
  const { cluster, subject, rate, count, size, timeout, maxInFlight, node } = options;
  demandRoom(identityOf(ctx.runId, ctx.name, LAST_N), size);
  const connections = await connectClients(ctx, 1, node);
  const tally = new Tally();
  const log = ctx.history.operations(ctx.name, REQUEST_OPERATIONS);
  const by = ctx.publishers.indexOf(ctx.name);
  let giveUp: (why: GivenUp) => void = () => undefined;
  const givenUp = new Promise<GivenUp>((resolve) => (giveUp = resolve));
  let values = 0;
  const clients = connections.map((conn) => ({
    async act(due: Milliseconds): Promise<void> {
      const value = ++values;
      const body = bodyOf(identityOf(ctx.runId, ctx.name, value), size);
      const t = ctx.elapsedMs();
      const status = statusOf(await Promise.race([requestEcho(conn, subject, body, timeout), givenUp]));
      const latencyMs = ctx.elapsedMs() - t;
      const entry = { t, lateMs: t - due, latencyMs, client: 0, op: 'request' as const, key: subject };
      log.append({ ...entry, by, value, status });
      if (status.outcome === 'ok') tally.count(t, 'ok', t - due + latencyMs, latencyMs);
      else tally.count(t, status.outcome);
      if (status.error !== undefined) tally.error(status.error);
    },
  }));
  const pace = { rate, count, atOnce: maxInFlight, giveUp };
  const target = `${cluster}/${subject}`;
  return new RunningClients({ ctx, kind: 'request', target, tally, connections, clients, ...pace });
}

/** The right answer is the request itself. */
function statusOf(answer: Answer | GivenUp): OperationStatus {
  if (answer.outcome !== 'ok') return answer;
  return answer.mine ? { outcome: 'ok' } : { outcome: 'ok', found: 'other' };
}
