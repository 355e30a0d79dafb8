import type { Plan } from '../plan/plan.ts';
import type { Observer } from '../nats/observer.ts';
import { sleep } from '../support/deadline.ts';
import { messageOf } from '../support/errors.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import type { RunningWorkload } from '../workloads/workload.ts';

export interface DrainContext {
  plan: Plan;
  workloads: ReadonlyMap<string, RunningWorkload>;
  observer: Observer;
  now(): Milliseconds;
  signal: AbortSignal;
}

const POLL_MS = 50;

/**
 * Ends the publishers, and waits until every mirror has what its source has and every consuming workload has
 * processed what there is; then ends the consumers too.
 */
export async function drain(ctx: DrainContext): Promise<{ ok: boolean; ms: Milliseconds; note: string }> {
  const start = ctx.now();
  await stopAll(ctx, 'publish');
  // A consumer that the method left paused has still to show that nothing is lost.
  for (const plan of ctx.plan.workloads.filter((w) => w.kind === 'consume'))
    ctx.workloads.get(plan.name)?.resume();
  let waiting = await outstanding(ctx);
  while (waiting.length > 0 && ctx.now() - start < ctx.plan.drainWithinMs) {
    await sleep(POLL_MS, ctx.signal);
    waiting = await outstanding(ctx);
  }
  await stopAll(ctx, 'consume');
  const ms = ctx.now() - start;
  return waiting.length === 0
    ? { ok: true, ms, note: `drained in ${formatDuration(ms)}` }
    : {
        ok: false,
        ms,
        note: `not drained within ${formatDuration(ctx.plan.drainWithinMs)}: ${waiting.join('; ')}`,
      };
}

async function stopAll(ctx: DrainContext, kind: string): Promise<void> {
  const names = ctx.plan.workloads
    .filter((workload) => workload.kind === kind)
    .map((workload) => workload.name);
  await Promise.all(names.map((name) => ctx.workloads.get(name)?.stop()));
}

async function outstanding(ctx: DrainContext): Promise<string[]> {
  const mirrors = ctx.plan.spec.streams.flatMap(({ address, mirror }) =>
    mirror ? [{ address, mirror }] : [],
  );
  const consumers = ctx.plan.workloads.filter((workload) => workload.kind === 'consume');
  const answers = await Promise.all(
    [
      ...mirrors.map(async ({ address, mirror }) => {
        const own = await ctx.observer.streamInfo(address);
        const origin = await ctx.observer.streamInfo(`${mirror.cluster}/${mirror.stream}`);
        const lag = mirror.filterSubject === undefined ? origin.lastSeq - own.lastSeq : 0;
        return lag > 0 ? `${address} lacks ${lag} messages` : null;
      }),
      ...consumers.map(async (workload) => {
        if (ctx.workloads.get(workload.name)?.progress().finished === true) return null;
        const { pending, ackPending } = await ctx.observer.consumerInfo(workload.target);
        return pending + ackPending > 0
          ? `${workload.target} has ${pending} messages to deliver and ${ackPending} to be acknowledged`
          : null;
      }),
    ].map((answer) => answer.catch((error: unknown) => messageOf(error))),
  );
  return answers.filter((answer) => answer !== null);
}
