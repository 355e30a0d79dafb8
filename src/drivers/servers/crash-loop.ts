import { sleep } from '../../support/deadline.ts';
import type { CrashRhythm } from '../driver.ts';

/** What a crash loop needs of a server. */
export interface Crashable {
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Servers that are killed and started again and again, by their nodes' addresses. */
export class CrashLoops {
  readonly #loops = new Map<string, { stop: AbortController; done: Promise<void> }>();

  /** Begins a loop; one that runs already is replaced. */
  async start(node: string, server: Crashable, rhythm: CrashRhythm): Promise<void> {
    await this.stop(node);
    const stop = new AbortController();
    this.#loops.set(node, { stop, done: crashAgainAndAgain(server, rhythm, stop.signal) });
  }

  /** Ends a loop and returns once it no longer touches its server. */
  async stop(node: string): Promise<void> {
    const loop = this.#loops.get(node);
    loop?.stop.abort();
    await loop?.done;
    this.#loops.delete(node);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#loops.keys()].map((node) => this.stop(node)));
  }
}

async function crashAgainAndAgain(
  server: Crashable,
  rhythm: CrashRhythm,
  signal: AbortSignal,
): Promise<void> {
  const over = (): boolean => signal.aborted;
  const pass = (ms: number): Promise<void> => sleep(ms, signal).catch(() => undefined);
  while (!over()) {
    // A kill that takes too long is tried again in the next round.
    await server.kill().catch(() => undefined);
    await pass(rhythm.downMs());
    if (!over()) await server.start().catch(() => undefined);
    await pass(rhythm.upMs());
  }
}
