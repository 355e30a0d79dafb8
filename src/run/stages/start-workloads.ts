import type { Driver } from '../../drivers/driver.ts';
import type { EnvironmentSpec, Listener } from '../../drivers/spec.ts';
import type { WorkloadPlan } from '../../plan/plan.ts';
import { permissionsOf } from '../../drivers/account-terms.ts';
import type { Access } from '../../nats/connect.ts';
import type { AccountReach, Reach } from '../../threads/messages.ts';
import { connectsAsAll, isOutside, receives } from '../../workloads/index.ts';
import type { RunningWorkload } from '../../workloads/workload.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Starts every workload of the plan, consumers first, so that they are there when the first message is; then the readings
 * of the probes and the guard.
 */
export async function startWorkloads(run: RunContext): Promise<void> {
  const { plan, workloads: running, timeline } = run;
  const started = new Map<string, RunningWorkload>();
  const startAll = (workloads: readonly WorkloadPlan[]): Promise<unknown> =>
    Promise.all(workloads.map(async (workload) => started.set(workload.name, await start(workload, run))));
  try {
    await startAll(plan.workloads.filter((workload) => receives(workload.kind)));
    await startAll(plan.workloads.filter((workload) => !receives(workload.kind)));
  } finally {
    // In the order of the file, for all lists of them; also those that started before another failed to.
    for (const { name } of plan.workloads) {
      const workload = started.get(name);
      if (workload) running.set(name, workload);
    }
  }
  if (plan.workloads.length > 0) timeline.log('workload', `${plan.workloads.length} workloads started`);
  run.sampler.start(plan.sampleEveryMs);
  run.guard.start();
}

function start(
  { name, kind, target, account, user, options }: WorkloadPlan,
  { driver, threads, plan }: Pick<RunContext, 'driver' | 'threads' | 'plan'>,
): Promise<RunningWorkload> {
  if (isOutside(kind)) {
    const reach = { servers: [], access: {}, services: driver.services?.list() ?? [] };
    return threads.start({ name, kind, cluster: '', options, reach }, target);
  }
  const cluster = typeof options.through === 'string' ? options.through : (target.split('/')[0] ?? '');
  const reach = {
    ...reachOf(driver, cluster, driver.access(account, cluster, user), listenerOf(kind, options)),
    ...(connectsAsAll(kind) ? { accounts: accountReaches(plan.spec, driver, cluster) } : {}),
  };
  return threads.start({ name, kind, cluster, options, reach }, target);
}

/** Other protocols than NATS go through no proxy. */
function listenerOf(kind: string, options: Record<string, unknown>): Listener | undefined {
  if (kind.startsWith('mqtt-')) return 'mqtt';
  return options['websocket'] === true ? 'websocket' : undefined;
}

function reachOf(driver: Driver, cluster: string, access: Access, listener: Listener | undefined): Reach {
  if (listener === undefined) return { servers: driver.clientServers(cluster), access };
  const servers = driver.nodes().flatMap((node) => {
    const server = node.listeners?.[listener];
    return node.cluster === cluster && server !== undefined ? [{ node: node.address, server }] : [];
  });
  return { servers, access: listener === 'websocket' ? { ...access, websocket: true } : access };
}

function accountReaches(
  { accounts }: EnvironmentSpec,
  driver: RunContext['driver'],
  cluster: string,
): AccountReach[] {
  return accounts.map((account) => {
    const { name, imports = [] } = account;
    const users = account.users.map((user) => {
      const permissions = permissionsOf(account, user.name);
      return { name: user.name, ...(permissions ? { permissions } : {}) };
    });
    return {
      rights: { name, users, imports },
      users: Object.fromEntries(users.map((user) => [user.name, driver.access(name, cluster, user.name)])),
      runner: driver.runnerAccess(name, cluster),
    };
  });
}
