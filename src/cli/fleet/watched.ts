import { sleep } from '../../support/deadline.ts';

const AGAIN_MS = 1_000;

/** Watches until the signal fires: a watch that ends or breaks, as when its servers go, is begun again. */
export async function watched(signal: AbortSignal, watch: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await watch();
    } catch {
      // What is wrong with the queue is reported by those who wait for its answers.
    }
    await sleep(AGAIN_MS, signal).catch(() => undefined);
  }
}
