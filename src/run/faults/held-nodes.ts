import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Injections } from './injections.ts';

/** Faults by the clock end by themselves, or with their phase. */
const TURN_MS = 60_000;

/**
 * Does something for which nodes are down, once no fault touches them and they may go down; until it is over, faults meet
 * it there as they meet one another.
 *
 * @throws ChaosError `timeout` when the nodes are not free in time
 */
export async function holdingNodes<T>(
  injections: Pick<Injections, 'hold' | 'whyNotHeld' | 'release'>,
  nodes: readonly string[],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  await until(
    () => {
      const why = injections.whyNotHeld(nodes);
      if (why !== null) return Promise.reject(new ChaosError('failed', why));
      // No await comes between this check and what it allows.
      injections.hold(nodes);
      return Promise.resolve(true);
    },
    { timeoutMs: TURN_MS, signal, what: `${nodes.join(', ')}: free of faults` },
  );
  try {
    return await work();
  } finally {
    injections.release(nodes);
  }
}
