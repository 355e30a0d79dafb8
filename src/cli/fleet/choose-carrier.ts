import { randomBytes } from 'node:crypto';
import { ChaosError } from '../../support/errors.ts';
import { complain } from '../output.ts';
import type { RunDescription } from '../suite/carrier.ts';
import type { Asking } from './asking.ts';
import type { RemoteCarrier } from './remote-carrier.ts';
import { queueAccess, type QueueOptions } from './queue-options.ts';

export interface FleetOptions extends QueueOptions {
  quiet?: boolean;
}

/** What is suspended on a queue, or may be: a matrix, or a search. */
interface Suite {
  suite?: string | undefined;
}

/**
 * Connects to the queue that the options name.
 *
 * @returns undefined where none is named: this machine carries out the runs itself
 * @throws ChaosError `unavailable` when it cannot be reached
 */
export async function openFleet(options: FleetOptions, signal: AbortSignal): Promise<Asking | undefined> {
  const access = queueAccess(options, process.env);
  if (access === undefined) return undefined;
  const { Asking } = await import('./asking.ts');
  const say = options.quiet === true ? () => undefined : complain;
  return Asking.open(access, { say, warn: complain }, signal);
}

/**
 * Gives a suite its name on the queue, where there is one.
 *
 * @param where the suite is, for people
 * @throws ChaosError `usage` for one that was begun on a queue and would go on without it
 */
export function nameOnQueue(suite: Suite, fleet: Asking | undefined, where: string): void {
  if (fleet !== undefined) suite.suite ??= randomBytes(8).toString('hex');
  else if (suite.suite !== undefined)
    throw new ChaosError('usage', `${where} was begun on the queue of a fleet, which may have runs of it`, {
      hint: 'name that queue with --queue, so that nothing runs twice',
    });
}

/** The carrier of a suite on a queue; checked is whether workers can be given the files of these runs. */
export async function remoteCarrier(
  fleet: Asking,
  { suite = randomBytes(8).toString('hex') }: Suite,
  runs: readonly RunDescription[] = [],
): Promise<RemoteCarrier> {
  const { RemoteCarrier } = await import('./remote-carrier.ts');
  const carrier = new RemoteCarrier(fleet, suite);
  carrier.check(runs);
  return carrier;
}
