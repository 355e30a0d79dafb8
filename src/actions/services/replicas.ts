import type { Services } from '../../drivers/driver.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { ActionContext } from '../action.ts';

/** @throws ChaosError for a driver that runs no services */
export function servicesOf({ driver }: ActionContext): Services {
  if (driver.services === undefined)
    throw new ChaosError('failed', `the ${driver.kind} driver runs no services`);
  return driver.services;
}

/** The addresses of the replicas of a service that are to run now. */
export function runningReplicas(ctx: ActionContext, service: string): string[] {
  const replicas = servicesOf(ctx).list();
  return replicas.filter((one) => one.service === service).map(({ address }) => address);
}

/** Waits until every one of some replicas is healthy. @throws ChaosError `timeout` */
export async function allHealthy(
  ctx: ActionContext,
  replicas: readonly string[],
  withinMs: Milliseconds,
): Promise<void> {
  const services = servicesOf(ctx);
  await until(
    async () => {
      const healthy = await Promise.all(replicas.map((one) => services.healthy(one)));
      const sick = replicas.filter((_, i) => healthy[i] !== true);
      if (sick.length > 0) throw new ChaosError('failed', `${sick.join(', ')} is not healthy`);
      return true;
    },
    { timeoutMs: withinMs, everyMs: 50, signal: ctx.signal, what: `health of ${replicas.join(', ')}` },
  );
}
