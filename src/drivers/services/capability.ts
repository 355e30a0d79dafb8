import { allDone } from '../../support/all-done.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Services } from '../driver.ts';
import type { ServiceChange, ServiceSpec } from '../spec.ts';
import type { KnownReplica, ReplicaOperations } from './operations.ts';
import { roleOf } from './roles.ts';
import { becomesHealthy } from './start.ts';

export function servicesOver<R extends KnownReplica>(driver: ReplicaOperations<R>): Services {
  const replicaAt = (address: string): R => {
    const replica = driver.replicas().find((one) => one.address === address);
    if (replica === undefined) throw new ChaosError('failed', `there is no replica ${address}`);
    return replica;
  };
  return {
    list: () =>
      driver
        .replicas()
        .filter((one) => driver.counts().includes(one))
        .map((one) => ({
          address: one.address,
          service: one.service,
          name: one.name,
          ports: driver.portsOf(one),
        })),

    healthy: async (address) => driver.isHealthy(replicaAt(address)),

    role: async (address) => {
      const replica = replicaAt(address);
      const { roles } = replica.spec;
      if (roles === undefined)
        throw new ChaosError('failed', `the replicas of ${replica.service} have no roles`);
      return roleOf(roles, {
        ports: driver.portsOf(replica),
        outputOf: (command) => driver.outputOf(replica, command),
      });
    },
    scale: (service, count) => scale(driver, service, count),
    scaleBack: (service) => scale(driver, service, countAtStart(driver, service)),
    obtain: (image) => driver.obtain(image),
    update: async (address, change) => {
      const replica = replicaAt(address);
      demandEffect(replica, change, driver.heeds(replica.spec));
      await driver.stop(replica);
      replica.spec = changed(replica.spec, change);
      await driver.renew(replica);
      await driver.start(replica);
    },
  };
}

function countAtStart<R extends KnownReplica>(driver: ReplicaOperations<R>, service: string): number {
  return driver.replicas().find((one) => one.service === service)?.spec.replicas ?? 0;
}

async function scale<R extends KnownReplica>(
  driver: ReplicaOperations<R>,
  service: string,
  count: number,
): Promise<void> {
  const all = driver.replicas().filter((one) => one.service === service);
  const [first] = all;
  if (first === undefined || count < 1 || count > all.length)
    throw new ChaosError('failed', `${service} has places for ${all.length} replicas, not for ${count}`);
  const before = new Set(all.filter((one) => driver.counts().includes(one)));
  driver.counts().set(service, count);
  const added = all.filter((one) => driver.counts().includes(one) && !before.has(one));
  const removed = [...before].filter((one) => !driver.counts().includes(one));
  if (added.length + removed.length === 0) return;
  for (const one of added) {
    // A new one is as the others are now, also after an update.
    one.spec = first.spec;
    await driver.renew(one);
  }
  await allDone(added.map((one) => driver.start(one)));
  await Promise.all(added.map((one) => becomesHealthy(driver, one)));
  // Who connects to them hears of it before they end.
  await informLinked(driver, service);
  await allDone(removed.map((one) => driver.stop(one)));
}

/** Replicas with a signal for it read where the replicas of a service are now. */
async function informLinked<R extends KnownReplica>(
  driver: ReplicaOperations<R>,
  service: string,
): Promise<void> {
  const linked = driver
    .replicas()
    .filter((one) => driver.counts().includes(one) && one.spec.links.some(({ to }) => to === service));
  await allDone(
    linked.flatMap((one) => {
      const { reloadSignal } = one.spec;
      return reloadSignal === undefined ? [] : [driver.reload(one, reloadSignal)];
    }),
  );
}

/** @throws ChaosError for a change that would be none here: a restart is not proof of it */
function demandEffect(
  { address }: KnownReplica,
  change: ServiceChange,
  heeded: readonly (keyof ServiceChange)[],
): void {
  const given = Object.keys(change);
  if (given.length === 0 || heeded.some((field) => given.includes(field))) return;
  throw new ChaosError(
    'failed',
    `${given.join(' and ')} would change nothing of ${address} by this driver; expected ${heeded.join(' or ')} too`,
  );
}

function changed(spec: ServiceSpec, { command, image, imageCommand, env }: ServiceChange): ServiceSpec {
  const { container } = spec;
  return {
    ...spec,
    ...(command && { command }),
    env: { ...spec.env, ...env },
    ...(container && {
      container: {
        ...container,
        ...(image === undefined ? {} : { image }),
        ...(imageCommand && { command: imageCommand }),
        ...(container.build && command && { command }),
      },
    }),
  };
}
