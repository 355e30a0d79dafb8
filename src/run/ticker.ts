import type { Milliseconds } from '../support/units.ts';
import type { RunningWorkload } from '../workloads/workload.ts';
import type { Sampler } from './sampler.ts';
import type { Story } from './story.ts';

const EVERY_MS = 500;

export interface Ticker {
  /** Says which phase it is now, and when it ends if that is known. */
  readonly entered: (phase: string, endsAt: Milliseconds | null) => void;
  stop(): void;
}

/** Shows twice a second where the run stands. */
export function startTicker(ctx: {
  story: Story;
  sampler: Sampler;
  workloads: ReadonlyMap<string, RunningWorkload>;
}): Ticker {
  let phase = 'steady state';
  let endsAt: Milliseconds | null = null;
  let last = { t: ctx.story.now(), done: new Map<string, number>() };

  const tick = (): void => {
    const t = ctx.story.now();
    const seconds = Math.max(0.001, (t - last.t) / 1000);
    const done = new Map([...ctx.workloads].map(([name, workload]) => [name, workload.progress().done]));
    ctx.story.show({
      type: 'tick',
      t,
      phase,
      remainingMs: endsAt === null ? null : Math.max(0, endsAt - t),
      workloads: [...done].map(([name, count]) => ({
        name,
        done: count,
        rate: (count - (last.done.get(name) ?? 0)) / seconds,
      })),
      probes: ctx.sampler.latest(),
    });
    last = { t, done };
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
