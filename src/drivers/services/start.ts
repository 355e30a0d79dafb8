import { allDone } from '../../support/all-done.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { DriverContext } from '../driver.ts';
import type { ServiceSpec } from '../spec.ts';
import { startOrder } from './order.ts';
import type { KnownReplica, ReplicaOperations } from './operations.ts';

/** What the start of a replica needs of its driver. */
type Starting<R extends KnownReplica> = Pick<
  ReplicaOperations<R>,
  'start' | 'whyDown' | 'isHealthy' | 'signal'
>;

/**
 * Starts services, each once all that it depends on is healthy, and returns when all of them are.
 *
 * @throws ChaosError `not-ready` for a replica that ends, or is not healthy in time
 */
export async function startServices<R extends KnownReplica>(
  services: readonly ServiceSpec[],
  driver: Pick<ReplicaOperations<R>, 'replicas' | 'counts'> & Starting<R>,
  progress: DriverContext['progress'],
): Promise<void> {
  for (const step of startOrder(services)) {
    progress(`starting ${step.map(({ name, replicas: count }) => `${name} (${count})`).join(', ')}`);
    const own = driver
      .replicas()
      .filter((one) => driver.counts().includes(one) && step.some(({ name }) => name === one.service));
    await allDone(own.map((one) => driver.start(one)));
    await Promise.all(own.map((one) => becomesHealthy(driver, one)));
  }
}

/** Waits until a replica that was started is healthy. @throws ChaosError `not-ready` when it ends, or takes too long */
export async function becomesHealthy<R extends KnownReplica>(driver: Starting<R>, replica: R): Promise<void> {
  const { signal } = driver;
  const { address, spec, name } = replica;
  const hint = `its output is in ${name}.log in the run's folder of logs`;
  try {
    await until(
      async () => {
        const why = await driver.whyDown(replica);
        if (why !== null) throw new ReplicaDown(address, why, hint);
        return driver.isHealthy(replica);
      },
      {
        timeoutMs: spec.readyWithinMs,
        everyMs: 50,
        signal,
        what: `${address} to be healthy`,
        fatal: (error) => error instanceof ReplicaDown,
      },
    );
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'timeout')
      throw new ChaosError('not-ready', `the service ${error.message}`, { cause: error, hint });
    throw error;
  }
}

class ReplicaDown extends ChaosError {
  constructor(address: string, why: string, hint: string) {
    super('not-ready', `the service ${address} did not start: it ${why}`, { hint });
  }
}
