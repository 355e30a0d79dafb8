import type { LivenessRecord, LivenessTarget } from '../../history/record.ts';
import type { Plan, WorkloadPlan } from '../../plan/plan.ts';
import { sleep } from '../../support/deadline.ts';
import { streamOf } from '../../support/stream-of.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import { isOutside, readsAtEnd } from '../../workloads/index.ts';
import type { RunningWorkload } from '../../workloads/workload.ts';
import type { SystemContext } from '../../faults/fault.ts';
import type { FaultRunner } from '../faults/fault-runner.ts';
import type { Timeline } from '../timeline.ts';
import { disturbanceOf } from './disturbance.ts';
import type { Peers } from './peers.ts';
import { fewestToRemove, quorumOf, type Disturbance, type Quorum } from './quorum.ts';

const POLL_MS = 100;

export interface LivenessContext {
  plan: Pick<Plan, 'workloads' | 'spec'>;
  system: Pick<SystemContext, 'links' | 'observer'>;
  faults: Pick<FaultRunner, 'active' | 'undo'>;
  timeline: Pick<Timeline, 'now' | 'log'>;
  peers: Peers;
  /** Nodes that actions have taken out of their cluster. */
  takenOut: ReadonlySet<string>;
  workload(name: string): Pick<RunningWorkload, 'progress'> | undefined;
  signal: AbortSignal;
}

/**
 * Heals the kept faults that cost a stream its quorum, and no others; then waits until every stream that has a quorum has a
 * leader, and every workload on it moves on.
 *
 * @param phase faults that this phase itself has injected are not healed
 */
export async function awaitAvailable(
  ctx: LivenessContext,
  phase: string,
  withinMs: Milliseconds,
): Promise<LivenessRecord> {
  await ctx.peers.refresh();
  const healed = await heal(ctx, phase);
  const stay = disturbances(ctx).map(({ disturbance }) => disturbance);
  const start = ctx.timeline.now();
  const demands = demandsOf(ctx, stay);
  const open = demands.filter((demand) => demand.quorum.has);
  for (;;) {
    for (const demand of open) await observe(ctx, demand, start);
    const isMet = open.every(({ metAfterMs }) => metAfterMs !== undefined);
    if (isMet || ctx.timeline.now() - start >= withinMs) break;
    await sleep(POLL_MS, ctx.signal);
  }
  return { healed, inForce: stay.map(({ id }) => id), targets: demands.map(targetOf) };
}

/** One stream that must have a leader, or workload that must move on, where its stream has a quorum. */
interface Demand {
  kind: LivenessTarget['kind'];
  name: string;
  quorum: Quorum;
  /** Undefined for a stream. */
  workload?: WorkloadPlan;
  /** What the workload had done when the demand began. */
  doneBefore: number;
  metAfterMs?: Milliseconds;
  last: string;
}

function disturbances(ctx: LivenessContext): { phase: string; disturbance: Disturbance }[] {
  const removed = { id: 'remove-node', nodes: [...ctx.takenOut], links: [] };
  return [
    ...(ctx.takenOut.size === 0 ? [] : [{ phase: '', disturbance: removed }]),
    ...ctx.faults
      .active()
      .map((active) => ({ phase: active.record.phase, disturbance: disturbanceOf(active) })),
  ];
}

/** @returns ids of the faults that were undone */
async function heal(ctx: LivenessContext, phase: string): Promise<string[]> {
  const all = disturbances(ctx);
  const isKept = (one: { phase: string; disturbance: Disturbance }): boolean =>
    one.phase !== phase && one.disturbance.id !== 'remove-node';
  const kept = all.filter(isKept).map(({ disturbance }) => disturbance);
  const fixed = all.filter((one) => !isKept(one)).map(({ disturbance }) => disturbance);
  const ids = fewestToRemove(ctx.peers.groups(), ctx.system.links, kept, fixed);
  for (const id of ids) {
    ctx.timeline.log('phase', `${phase}: heals ${id}, which costs a quorum`);
    await ctx.faults.undo(id);
  }
  return ids;
}

function demandsOf(ctx: LivenessContext, stay: readonly Disturbance[]): Demand[] {
  const groups = ctx.peers.groups();
  const quorumFor = (stream: string): Quorum => {
    const group = groups.find((one) => one.stream === stream);
    return group === undefined
      ? { has: false, why: 'where its replicas are was never read' }
      : quorumOf(group, ctx.system.links, stay);
  };
  const streams = ctx.plan.spec.streams.map(({ address }): Demand => {
    return { kind: 'stream', name: address, quorum: quorumFor(address), doneBefore: 0, last: 'not read' };
  });
  // Where neither a stream nor another program answers for it, nothing says whether it could move on.
  const declared = new Set(ctx.plan.spec.streams.map(({ address }) => address));
  const demanded = ctx.plan.workloads.filter(
    ({ kind, target }) => !readsAtEnd(kind) && (isOutside(kind) || declared.has(streamOf(target))),
  );
  const workloads = demanded.map((workload): Demand => {
    return {
      kind: 'workload',
      name: workload.name,
      quorum: isOutside(workload.kind)
        ? { has: true, why: '' }
        : (reachOf(workload, stay) ?? quorumFor(streamOf(workload.target))),
      workload,
      doneBefore: ctx.workload(workload.name)?.progress().done ?? 0,
      last: 'it has not moved',
    };
  });
  return [...streams, ...workloads];
}

/** A workload that stays with one node has no service while that node has none. */
function reachOf({ options }: WorkloadPlan, stay: readonly Disturbance[]): Quorum | undefined {
  const { node } = options;
  if (typeof node !== 'string') return undefined;
  const by = stay.filter(({ nodes }) => nodes.includes(node)).map(({ id }) => id);
  return by.length === 0 ? undefined : { has: false, why: `it stays with ${node} (${by.join(', ')})` };
}

async function observe(ctx: LivenessContext, demand: Demand, start: Milliseconds): Promise<void> {
  if (demand.metAfterMs !== undefined) return;
  const seen = demand.workload
    ? await movement(ctx, demand, demand.workload)
    : await leadership(ctx, demand.name);
  demand.last = seen.text;
  if (seen.met) demand.metAfterMs = ctx.timeline.now() - start;
}

interface Seen {
  met: boolean;
  text: string;
}

async function leadership({ system }: LivenessContext, stream: string): Promise<Seen> {
  const leader = await system.observer.streamLeader(stream).catch(() => null);
  return leader === null ? { met: false, text: 'nobody leads it' } : { met: true, text: `led by ${leader}` };
}

async function movement(ctx: LivenessContext, demand: Demand, plan: WorkloadPlan): Promise<Seen> {
  const progress = ctx.workload(plan.name)?.progress();
  if (progress === undefined) return { met: false, text: 'it does not run' };
  const moved = progress.done - demand.doneBefore;
  if (moved > 0) return { met: true, text: `${moved} done` };
  if (progress.finished || progress.paused) {
    return { met: true, text: progress.finished ? 'it has nothing more to do' : 'it is paused' };
  }
  if (plan.kind === 'consume' && (await isIdle(ctx, plan, progress.position ?? 0))) {
    return { met: true, text: 'there is nothing to deliver' };
  }
  const connection = progress.offline === true ? ', and has no connection' : '';
  return { met: false, text: `it has done nothing${connection}` };
}

/** Whether a consumer has got everything there is. */
async function isIdle(ctx: LivenessContext, plan: WorkloadPlan, position: number): Promise<boolean> {
  const { observer } = ctx.system;
  try {
    if (plan.options.consumer === undefined) {
      const { lastSeq, messages } = await observer.streamInfo(streamOf(plan.target));
      return messages === 0 || position >= lastSeq;
    }
    const { pending, ackPending, leader } = await observer.consumerInfo(plan.target);
    return leader !== null && pending + ackPending === 0;
  } catch {
    return false;
  }
}

function targetOf({ kind, name, quorum, metAfterMs, last }: Demand): LivenessTarget {
  if (!quorum.has) return { kind, name, state: 'rightly-unavailable', statement: quorum.why };
  if (metAfterMs === undefined) return { kind, name, state: 'stuck', statement: last };
  return { kind, name, state: 'available', afterMs: metAfterMs, statement: last };
}

/** `available after 1.2 s; kill#2 healed, pause#1 still in force; rightly unavailable: …`. */
export function livenessText({ healed, inForce, targets }: LivenessRecord): string {
  const of = (state: LivenessTarget['state']): LivenessTarget[] =>
    targets.filter((one) => one.state === state);
  const [available, stuck, right] = [of('available'), of('stuck'), of('rightly-unavailable')];
  const named = (some: readonly LivenessTarget[]): string =>
    some.map(({ kind, name, statement }) => `${kind} ${name} (${statement})`).join(', ');
  const slowest = Math.max(0, ...available.map(({ afterMs = 0 }) => afterMs));
  return [
    ...(stuck.length > 0 ? [`stuck although there is a quorum: ${named(stuck)}`] : []),
    ...(stuck.length === 0 && available.length > 0 ? [`available after ${formatDuration(slowest)}`] : []),
    ...(healed.length > 0 ? [`healed: ${healed.join(', ')}`] : []),
    ...(inForce.length > 0 ? [`still in force: ${inForce.join(', ')}`] : []),
    ...(right.length > 0 ? [`rightly unavailable: ${named(right)}`] : []),
  ].join('; ');
}
