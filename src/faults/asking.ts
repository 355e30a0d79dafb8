import { sleep } from '../support/deadline.ts';
import type { Milliseconds } from '../support/units.ts';
import type { FaultContext } from './fault.ts';

/** How many questions are asked of a server at once. */
const ASKERS = 8;

/** Asks a server for its state as fast as it answers, for so long. */
export async function askWithoutPause(ctx: FaultContext, node: string, forMs: Milliseconds): Promise<void> {
  const end = performance.now() + forMs;
  const ask = async (): Promise<void> => {
    while (performance.now() < end) {
      const answered = await ctx.observer.server(node).then(
        () => true,
        () => false,
      );
      if (!answered) await sleep(20);
    }
  };
  await Promise.all(Array.from({ length: ASKERS }, ask));
}
