import type { FaultRecord } from '../history/record.ts';
import type { Milliseconds } from '../support/units.ts';
import type { RunningWorkload } from '../workloads/workload.ts';
import type { Sampler } from './readings/sampler.ts';
import type { Timeline } from './timeline.ts';

const EVERY_MS = 500;

export interface Ticker {
  /** Says which phase it is now, and when it ends if that is known. */
  readonly entered: (phase: string, endsAt: Milliseconds | null) => void;
  stop(): void;
}

/** Shows twice a second where the run stands. */
export function startTicker(ctx: {
  timeline: Timeline;
  sampler: Sampler;
  workloads: ReadonlyMap<string, RunningWorkload>;
  faults: readonly FaultRecord[];
}): Ticker {
  let phase = 'steady state';
  let endsAt: Milliseconds | null = null;
  let last = { t: ctx.timeline.now(), done: new Map<string, number>() };

  const tick = (): void => {
    const t = ctx.timeline.now();
    const seconds = Math.max(0.001, (t - last.t) / 1000);
    const progress = [...ctx.workloads].map(([name, workload]) => ({ name, ...workload.progress() }));
    ctx.timeline.show({
      type: 'tick',
      t,
      phase,
      remainingMs: endsAt === null ? null : Math.max(0, endsAt - t),
      workloads: progress.map(({ name, done, failed, unknown }) => ({
        name,
        done,
        failed,
        unknown,
        rate: (done - (last.done.get(name) ?? 0)) / seconds,
      })),
      probes: ctx.sampler.latest(),
      faults: ctx.faults.filter(inForce).map(({ id, kind, title }) => ({ id, kind, title })),
    });
    last = { t, done: new Map(progress.map(({ name, done }) => [name, done])) };
  };
  const timer = setInterval(tick, EVERY_MS);
  return {
    entered: (name, end) => {
      phase = name;
      endsAt = end;
    },
    stop: () => clearInterval(timer),
  };
}

function inForce({ inForce: proof, removedAt }: FaultRecord): boolean {
  return proof?.proven === true && removedAt === undefined;
}
