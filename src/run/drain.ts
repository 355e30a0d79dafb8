import type { OriginSpec } from '../drivers/spec.ts';
import type { Plan } from '../plan/plan.ts';
import type { Observer } from '../nats/observer.ts';
import { sleep } from '../support/deadline.ts';
import { messageOf } from '../support/errors.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import type { RunningWorkload } from '../workloads/workload.ts';

export interface DrainContext {
  plan: Plan;
  workloads: ReadonlyMap<string, RunningWorkload>;
  withinMs: Milliseconds;
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
  if (ctx.plan.workloads.length === 0 && ctx.plan.checks.length === 0) {
    return { ok: true, ms: 0, note: 'nothing to drain: no workload, and no check' };
  }
  const start = ctx.now();
  await stopAll(ctx, 'publish');
  resumeConsumers(ctx);
  let waiting = await outstanding(ctx);
  while (waiting.length > 0 && ctx.now() - start < ctx.withinMs) {
    await sleep(POLL_MS, ctx.signal);
    resumeConsumers(ctx);
    waiting = await outstanding(ctx);
  }
  await stopAll(ctx, 'consume');
  const ms = ctx.now() - start;
  return waiting.length === 0
    ? { ok: true, ms, note: `drained in ${formatDuration(ms)}` }
    : {
        ok: false,
        ms,
        note: `not drained within ${formatDuration(ctx.withinMs)}: ${waiting.join('; ')}`,
      };
}

/** A consumer that the method left paused, or that pauses at a count, has still to show that nothing is lost. */
function resumeConsumers(ctx: DrainContext): void {
  for (const { name } of ctx.plan.workloads.filter((workload) => workload.kind === 'consume')) {
    const workload = ctx.workloads.get(name);
    if (workload?.progress().paused === true) workload.resume();
  }
}

async function stopAll(ctx: DrainContext, kind: string): Promise<void> {
  const running = ctx.plan.workloads
    .filter((workload) => workload.kind === kind)
    .flatMap((workload) => ctx.workloads.get(workload.name) ?? []);
  await Promise.all(running.map((workload) => workload.stop()));
}

/** What is still to come, in words; a question without an answer counts as well. */
async function outstanding(ctx: DrainContext): Promise<string[]> {
  const mirrors = ctx.plan.spec.streams.flatMap(({ address, mirror }) =>
    mirror ? [{ address, mirror }] : [],
  );
  const consumers = ctx.plan.workloads.filter(
    (workload) =>
      workload.kind === 'consume' && ctx.workloads.get(workload.name)?.progress().finished !== true,
  );
  const questions = [
    ...mirrors.map(({ address, mirror }) => missingInMirror(ctx, address, mirror)),
    ...consumers.map((workload) => pendingOf(ctx, workload.target)),
  ];
  const answers = await Promise.all(questions.map((question) => question.catch(messageOf)));
  return answers.filter((answer) => answer !== null);
}

async function missingInMirror(
  ctx: DrainContext,
  address: string,
  mirror: OriginSpec,
): Promise<string | null> {
  // A mirror of some subjects only has gaps: its lag says nothing.
  if (mirror.filterSubject !== undefined) return null;
  const own = await ctx.observer.streamInfo(address);
  const origin = await ctx.observer.streamInfo(`${mirror.cluster}/${mirror.stream}`);
  const lag = origin.lastSeq - own.lastSeq;
  return lag > 0 ? `${address} lacks ${lag} messages` : null;
}

async function pendingOf(ctx: DrainContext, consumer: string): Promise<string | null> {
  const { pending, ackPending, delivered } = await ctx.observer.consumerInfo(consumer);
  if (pending + ackPending > 0) {
    return `${consumer} has ${pending} messages to deliver and ${ackPending} to be acknowledged`;
  }
  const spec = ctx.plan.spec.consumers.find(({ address }) => address === consumer);
  // One that wants some subjects only need not get as far as its stream.
  if (spec?.filterSubject !== undefined) return null;
  // A leader that has just started again may count nothing as pending before it has looked.
  const { messages, lastSeq } = await ctx.observer.streamInfo(consumer.split('/').slice(0, 2).join('/'));
  return messages > 0 && delivered < lastSeq
    ? `${consumer} has delivered up to sequence ${delivered} of ${lastSeq}, and claims that nothing is pending`
    : null;
}
