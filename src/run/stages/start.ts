import type { RunRecord } from '../../history/record.ts';
import { formatDuration } from '../../support/units.ts';
import { topologyOf } from '../readings/topology-record.ts';
import type { Environment } from '../run-context.ts';

/** Starts the environment, or attaches to it, and waits until it is ready. */
export async function start({
  plan,
  driver,
  timeline,
}: Environment): Promise<Pick<RunRecord, 'readyMs' | 'versions' | 'reused'>> {
  await driver.start(plan.spec);
  const { servedRuns: runs = 0 } = driver;
  return {
    readyMs: timeline.now(),
    versions: driver.versions(),
    ...(runs > 0 ? { reused: { runs } } : {}),
  };
}

/** A stage of its own: a run whose topology cannot be read was ready all the same. */
export async function readTopology(
  { plan, driver, timeline }: Environment,
  { readyMs = 0 }: Pick<RunRecord, 'readyMs'>,
): Promise<Pick<RunRecord, 'topology'>> {
  const topology = await topologyOf(plan, driver);
  timeline.log('cluster', `ready after ${formatDuration(readyMs)}`);
  return { topology };
}
