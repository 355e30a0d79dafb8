import { sleep } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { FaultContext } from '../fault.ts';
import { servicesOf } from '../per-node.ts';

/** How many requests are open at once. */
const ASKERS = 8;

/** Asks a server for its state, or a replica of a service for its health, as fast as it answers, for `forMs`. */
export async function askWithoutPause(ctx: FaultContext, node: string, forMs: Milliseconds): Promise<void> {
  const end = performance.now() + forMs;
  const services = servicesOf(ctx, node);
  const askOnce = async (): Promise<boolean> =>
    services?.healthy(node) ??
    ctx.observer.server(node).then(
      () => true,
      () => false,
    );
  const ask = async (): Promise<void> => {
    while (performance.now() < end) {
      if (!(await askOnce())) await sleep(20);
    }
  };
  await Promise.all(Array.from({ length: ASKERS }, ask));
}
