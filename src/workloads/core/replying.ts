import type { Msg } from '@nats-io/transport-node';
import { CONFIRMED } from '../../history/delivery-log.ts';
import { serviceError } from '../../nats/service-error.ts';
import { sleep } from '../../support/deadline.ts';
import { randomFor } from '../../support/random.ts';
import { startMembers, type From } from './members.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext } from '../workload.ts';
import type { ReplyOptions } from './reply-options.ts';

const ERROR_CODE = 500;
const ERROR = 'an error on purpose';

/** Begins to answer. @throws ChaosError when it cannot connect */
export function startReplies(ctx: WorkloadContext, options: ReplyOptions): Promise<RunningWorkload> {
  const { cluster, subject, queue, members, node, delay, errors } = options;
  const tally = new Tally();
  const log = ctx.history.deliveries(ctx.name);
  const erroneous = log.codeOf({ row: 'acknowledged', outcome: 'failed', error: ERROR });
  const take = async (message: Msg, { by, n }: From): Promise<void> => {
    const t = ctx.elapsedMs();
    if (delay > 0) await sleep(delay);
    const isError = errors > 0 && randomFor(n, ctx.name).next() < errors;
    const headers = isError ? { headers: serviceError(ERROR_CODE, ERROR) } : {};
    message.respond(isError ? new Uint8Array() : message.data, headers);
    const tookMs = ctx.elapsedMs() - t;
    log.append(t, 0, by, n, 1, tookMs, isError ? erroneous : CONFIRMED);
    // An error on purpose is an answer, as good as any.
    tally.count(t, 'ok', tookMs);
  };
  const target = `${cluster}/${subject}`;
  return startMembers(ctx, tally, { kind: 'reply', target, subject, queue, members, node, take });
}
