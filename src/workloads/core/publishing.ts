import { ACKNOWLEDGED } from '../../history/publish-log.ts';
import { watchLink } from '../../nats/link-state.ts';
import { bodyOf, demandRoom, identityOf } from '../../support/message-body.ts';
import { messageOf } from '../../support/errors.ts';
import { expandSubject } from '../../support/subject-template.ts';
import type { Milliseconds } from '../../support/units.ts';
import { connectClients, RunningClients } from '../clients.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext } from '../workload.ts';
import type { CorePublishOptions } from './publish-options.ts';

/** The largest number that an identity may have. */
const LAST_N = 2 ** 32 - 1;
const NO_CONNECTION = 'it had no connection';

/** Begins to publish. @throws ChaosError when it cannot connect, or the size is too small for an identity */
export async function startCorePublish(
  ctx: WorkloadContext,
  { cluster, subject, rate, count, pauseAt, size, node }: CorePublishOptions,
): Promise<RunningWorkload> {
  demandRoom(identityOf(ctx.runId, ctx.name, LAST_N), size);
  const connections = await connectClients(ctx, 1, node);
  const tally = new Tally();
  const log = ctx.history.publishes(ctx.name);
  const subjects = expandSubject(subject);
  let values = 0;
  const clients = connections.map((conn) => {
    const link = watchLink(conn);
    /** Without a connection the client would keep messages, and send them once it has one: they would be late, not lost. */
    const send = (n: number): string | undefined => {
      if (!link.connected) return NO_CONNECTION;
      try {
        conn.publish(
          subjects[(n - 1) % subjects.length] ?? subject,
          bodyOf(identityOf(ctx.runId, ctx.name, n), size),
        );
        return undefined;
      } catch (thrown) {
        return messageOf(thrown);
      }
    };
    return {
      act(due: Milliseconds): Promise<void> {
        const n = ++values;
        const t = ctx.elapsedMs();
        const error = send(n);
        const status =
          error === undefined ? ACKNOWLEDGED : log.codeOf({ outcome: 'failed', attempts: 1, error });
        log.append(n, t, t - due, 0, 0, status);
        tally.count(t, error === undefined ? 'ok' : 'failed');
        if (error !== undefined) tally.error(error);
        return Promise.resolve();
      },
    };
  });
  const target = `${cluster}/${subject}`;
  const pace = { rate, count, pauseAt, atOnce: 1, giveUp: () => undefined };
  return new RunningClients({ ctx, kind: 'core-publish', target, tally, connections, clients, ...pace });
}
