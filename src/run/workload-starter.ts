import type { Driver } from '../drivers/driver.ts';
import type { Plan, WorkloadPlan } from '../plan/plan.ts';
import { ChaosError } from '../support/errors.ts';
import type { RunningWorkload } from '../workloads/workload.ts';
import { workloads as kinds } from '../workloads/index.ts';
import type { ExecuteContext } from './execute-context.ts';
import type { Story } from './story.ts';

/** Starts every workload of the plan; consumers first, so that they are there when the first message is. */
export async function startWorkloads(
  plan: Plan,
  env: { ctx: ExecuteContext; driver: Driver; story: Story },
  running: Map<string, RunningWorkload>,
): Promise<void> {
  const started = new Map<string, RunningWorkload>();
  const startAll = (workloads: readonly WorkloadPlan[]): Promise<unknown> =>
    Promise.all(workloads.map(async (workload) => started.set(workload.name, await start(workload, env))));
  try {
    await startAll(plan.workloads.filter((workload) => workload.kind === 'consume'));
    await startAll(plan.workloads.filter((workload) => workload.kind !== 'consume'));
  } finally {
    // In the order of the file, for everyone who lists them; also those that began before another could not.
    for (const { name } of plan.workloads) {
      const workload = started.get(name);
      if (workload) running.set(name, workload);
    }
  }
  if (plan.workloads.length > 0) env.story.tell('workload', `${plan.workloads.length} workloads started`);
}

async function start(
  plan: WorkloadPlan,
  { ctx, driver, story }: { ctx: ExecuteContext; driver: Driver; story: Story },
): Promise<RunningWorkload> {
  const workload = kinds.find((kind) => kind.kind === plan.kind);
  if (!workload) throw new ChaosError('failed', `there is no workload of kind ${plan.kind}`);
  const cluster = plan.target.split('/')[0] ?? '';
  return workload.start(
    {
      name: plan.name,
      runId: ctx.runId,
      connect: ({ node, name }) => {
        const servers = driver
          .clientServers(cluster)
          .filter(
            (entry) => node === undefined || entry.node === node || entry.node === `${cluster}/${node}`,
          );
        return driver.connect(
          servers.map((entry) => entry.server),
          plan.account,
          name,
        );
      },
      history: ctx.history,
      elapsedMs: story.now,
      signal: ctx.signal,
    },
    plan.options,
  );
}
