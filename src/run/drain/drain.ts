import { filtersOf, type OriginSpec } from '../../drivers/spec.ts';
import type { DrainRecord } from '../../history/record.ts';
import type { EventSink } from '../../history/recorder.ts';
import type { Plan, WorkloadPlan } from '../../plan/plan.ts';
import type { Observer } from '../../nats/monitor/observer.ts';
import { signalAfter, sleep } from '../../support/deadline.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import { receives } from '../../workloads/index.ts';
import type { RunningWorkload } from '../../workloads/workload.ts';
import { drainOutcome, isFinished, type ConsumerDrain } from './drain-outcome.ts';
import { DrainWatch, type Standing } from './drain-watch.ts';
import { streamOf } from '../../support/stream-of.ts';

export interface DrainContext {
  plan: Plan;
  workloads: ReadonlyMap<string, RunningWorkload>;
  withinMs: Milliseconds;
  observer: Observer;
  /** Gets an event for each consumer: how the drain ended for it. */
  history: EventSink;
  now(): Milliseconds;
  signal: AbortSignal;
  /** Since when readings before the drain have said, without a break, that a consumer or stream does not exist. */
  goneSince: (address: string) => Milliseconds | undefined;
}

const POLL_MS = 50;
/** A mirror that has lost its source tries again within this time, with a margin. */
const MIRROR_RETRY_MS: Milliseconds = 15_000;
/** Between the end of an `ackWait` and the delivery that follows. */
const REDELIVERY_MS: Milliseconds = 2_000;

/**
 * Ends the publishers, and waits until every mirror has what its source has and every consuming workload has
 * processed what there is; then ends the consumers too.
 */
export async function drain(ctx: DrainContext): Promise<DrainRecord> {
  if (ctx.plan.workloads.length === 0 && ctx.plan.checks.length === 0) {
    return { ok: true, ms: 0, note: 'nothing to drain: no workload, and no check' };
  }
  const start = ctx.now();
  // A publisher may be configured to wait longer for its answers than the drain may take.
  const late = signalAfter(ctx.withinMs);
  await stopAll(ctx, (kind) => !receives(kind), late);
  resumeConsumers(ctx);
  const [mirrors, consumers] = [mirrorWatches(ctx), consumerWatches(ctx)];
  let waiting = await outstanding(ctx, mirrors, consumers);
  const mayStillCome = (): boolean => {
    const rest = [...mirrors, ...consumers].filter(({ left }) => left !== null);
    return ctx.now() - start < ctx.withinMs && !rest.every(({ isMissing, isFinal }) => isMissing && isFinal);
  };
  while (waiting.length > 0 && mayStillCome()) {
    await sleep(POLL_MS, ctx.signal);
    resumeConsumers(ctx);
    waiting = await outstanding(ctx, mirrors, consumers);
  }
  const outcomes = await outcomesOf(ctx, mirrors, consumers);
  for (const outcome of outcomes) ctx.history.append({ type: 'consumer-drain', t: ctx.now(), ...outcome });
  await stopAll(ctx, receives, waiting.length === 0 ? undefined : late);
  const ms = ctx.now() - start;
  const undrained = outcomes.filter(({ outcome }) => outcome !== 'drained');
  const note =
    waiting.length === 0
      ? `drained in ${formatDuration(ms)}`
      : `not drained within ${formatDuration(Math.min(ms, ctx.withinMs))}: ${waiting.join('; ')}`;
  return { ok: waiting.length === 0, ms, note, ...(undrained.length === 0 ? {} : { undrained }) };
}

/** An ordered workload has got everything once it was given the last sequence. */
async function standingOfReader(ctx: DrainContext, { name, target }: WorkloadPlan): Promise<Standing> {
  const { lastSeq, messages } = await ctx.observer.streamInfo(streamOf(target));
  const { position = 0 } = ctx.workloads.get(name)?.progress() ?? {};
  const isBehind = messages > 0 && position < lastSeq;
  return {
    left: isBehind ? `${name} has read up to sequence ${position} of ${lastSeq}` : null,
    mark: `${position} ${lastSeq}`,
    quietMs: 0,
  };
}

/** A consumer that is still paused must receive the rest, so that the checks can tell whether anything is lost. */
function resumeConsumers(ctx: DrainContext): void {
  for (const { name } of ctx.plan.workloads.filter((workload) => workload.kind === 'consume')) {
    const workload = ctx.workloads.get(name);
    if (workload?.progress().paused === true) workload.resume();
  }
}

async function stopAll(
  ctx: DrainContext,
  which: (kind: string) => boolean,
  giveUp: AbortSignal | undefined,
): Promise<void> {
  const running = ctx.plan.workloads
    .filter(({ kind }) => which(kind))
    .flatMap((workload) => ctx.workloads.get(workload.name) ?? []);
  await Promise.all(running.map((workload) => workload.stop(giveUp)));
}

function mirrorWatches(ctx: DrainContext): DrainWatch[] {
  return ctx.plan.spec.streams.flatMap(({ address, mirror }) =>
    mirror ? [watchOf(ctx, address, () => standingOfMirror(ctx, address, mirror))] : [],
  );
}

function consumerWatches(ctx: DrainContext): DrainWatch[] {
  const consumers = ctx.plan.workloads.filter(({ kind }) => kind === 'consume').map(({ target }) => target);
  return [...new Set(consumers)].map((consumer) =>
    watchOf(ctx, consumer, () => standingOfConsumer(ctx, consumer)),
  );
}

function watchOf(ctx: DrainContext, address: string, ask: () => Promise<Standing>): DrainWatch {
  return new DrainWatch({ address, ask, now: () => ctx.now(), goneSince: ctx.goneSince(address) });
}

/** What is still to come, in words. */
async function outstanding(
  ctx: DrainContext,
  mirrors: readonly DrainWatch[],
  consumers: readonly DrainWatch[],
): Promise<string[]> {
  const unfinished = consumers.filter(({ address }) => !isFinished(progressOf(ctx, address)));
  const answers = await Promise.all([...mirrors, ...unfinished].map((watch) => watch.observe()));
  return answers.filter((answer) => answer !== null);
}

async function outcomesOf(
  ctx: DrainContext,
  mirrors: readonly DrainWatch[],
  consumers: readonly DrainWatch[],
): Promise<ConsumerDrain[]> {
  return Promise.all(
    consumers.map(async (watch) => {
      const progress = progressOf(ctx, watch.address);
      // A workload that has reached its count was not waited for, and may have left messages.
      if (isFinished(progress)) await watch.observe();
      const stream = streamOf(watch.address);
      const mirror = mirrors.find(({ address }) => address === stream);
      const origin = ctx.plan.spec.streams.find(({ address }) => address === stream)?.mirror;
      return drainOutcome(
        { watch, mirror, origin: origin && `${origin.cluster}/${origin.stream}`, progress },
        ctx.observer,
      );
    }),
  );
}

function progressOf(ctx: DrainContext, consumer: string) {
  return ctx.plan.workloads
    .filter(({ kind, target }) => kind === 'consume' && target === consumer)
    .flatMap(({ name }) => ctx.workloads.get(name)?.progress() ?? []);
}

async function standingOfMirror(ctx: DrainContext, address: string, mirror: OriginSpec): Promise<Standing> {
  const quietMs = MIRROR_RETRY_MS;
  // A mirror of some subjects only has gaps: its lag says nothing.
  if (mirror.filterSubject !== undefined || mirror.subjectTransforms !== undefined)
    return { left: null, mark: '', quietMs };
  const own = await ctx.observer.streamInfo(address);
  // An action may have made it a stream of its own.
  if (own.mirror === null) return { left: null, mark: '', quietMs };
  const origin = await ctx.observer.streamInfo(`${mirror.cluster}/${mirror.stream}`);
  const lag = origin.lastSeq - own.lastSeq;
  return {
    left: lag > 0 ? `${address} lacks ${lag} messages` : null,
    mark: `${own.lastSeq} ${origin.lastSeq}`,
    quietMs,
  };
}

/** A message that was rejected comes again after this time. */
function nakDelayOf({ plan }: DrainContext, consumer: string): Milliseconds {
  const delays = plan.workloads
    .filter(({ target }) => target === consumer)
    .map(({ options }) => (options.mishaps as { nakDelay?: Milliseconds } | undefined)?.nakDelay ?? 0);
  return Math.max(0, ...delays);
}

async function standingOfConsumer(ctx: DrainContext, consumer: string): Promise<Standing> {
  const ordered = ctx.plan.workloads.find(
    ({ target, options }) => target === consumer && options.consumer === undefined,
  );
  if (ordered !== undefined) return standingOfReader(ctx, ordered);
  const { ackFloor, delivered, pending, ackPending } = await ctx.observer.consumerInfo(consumer);
  const spec = ctx.plan.spec.consumers.find(({ address }) => address === consumer);
  const mark = `${ackFloor} ${delivered} ${pending} ${ackPending}`;
  // What is delivered and not acknowledged is delivered again only after its time, and may hold the rest up until then.
  const quietMs =
    ackPending > 0 ? Math.max(spec?.ackWaitMs ?? 0, nakDelayOf(ctx, consumer)) + REDELIVERY_MS : 0;
  if (pending + ackPending > 0) {
    const left = `${consumer} has ${pending} messages to deliver and ${ackPending} to be acknowledged`;
    return { left, mark, quietMs };
  }
  // A consumer with a filter need not reach the last sequence of its stream.
  if (spec !== undefined && filtersOf(spec).length > 0) return { left: null, mark, quietMs };
  // A leader that has just restarted may report nothing as pending before it has counted.
  const { messages, lastSeq } = await ctx.observer.streamInfo(streamOf(consumer));
  const behind = messages > 0 && delivered < lastSeq;
  return {
    left: behind
      ? `${consumer} has delivered up to sequence ${delivered} of ${lastSeq}, and claims that nothing is pending`
      : null,
    mark: `${mark} ${lastSeq}`,
    quietMs,
  };
}
