import type { EnvironmentSpec } from '../../drivers/spec.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Queue } from '../../nats/queue/queue.ts';

/**
 * Whether servers that a plan attaches to are those of the queue: by their addresses, or by what they say of themselves.
 *
 * @throws ChaosError when the containers that it attaches to cannot be found
 */
export async function touchesQueue({ spec }: Pick<Plan, 'spec'>, queue: Queue): Promise<boolean> {
  const targets = await targetsOf(spec);
  return targets.length > 0 && queue.isOwn(targets);
}

/** Where servers listen that are there already; those of a compose file are brought up anew for each run. */
async function targetsOf(spec: EnvironmentSpec): Promise<string[]> {
  const { servers = {}, containers } = spec.attach ?? {};
  if (containers === undefined) return Object.values(servers).map(({ client }) => client);
  const [{ connectEngines }, { findServers }] = await Promise.all([
    import('../../drivers/docker/engine/engines.ts'),
    import('../../drivers/docker/attached/find-servers.ts'),
  ]);
  const found = await findServers(await connectEngines(spec.clusters), spec, containers);
  return found.map(({ client }) => client);
}
