import type { Plan } from '../plan/plan.ts';
import { receives } from '../workloads/index.ts';
import { Threads } from '../threads/threads.ts';
import { streamsToRead } from './drain/audit.ts';
import type { ExecuteContext } from './execute-context.ts';
import type { Timeline } from './timeline.ts';

/** Starts the threads of a run, so that they are ready when its servers are. */
export function openThreads(plan: Plan, ctx: ExecuteContext, timeline: Timeline): Threads {
  const { runId, folder, signal, noteTrouble, history, random, openThread: open } = ctx;
  const publishers = plan.workloads.filter(({ kind }) => !receives(kind)).map(({ name }) => name);
  history.append({ type: 'publishers', names: publishers });
  history.flush();
  const threads = new Threads({
    open,
    data: { runId, folder, publishers, seed: random.seed },
    elapsedMs: timeline.now,
    workloads: plan.workloads.length,
    streams: streamsToRead(plan).length,
    noteTrouble,
  });
  threads.abortOn(signal);
  return threads;
}
