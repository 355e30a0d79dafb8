import { allDone } from '../../support/all-done.ts';
import { until } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import { ServerDown } from './ready.ts';

/** A server that is to be started. */
export interface StartingServer {
  /** `cluster/node`. */
  address: string;
  /** Where it will listen, in words. */
  place: string;
  start(): Promise<void>;
  /** @throws ServerDown when it has ended */
  isListening(): Promise<boolean>;
}

export interface StartOptions {
  readonly pauseProxies: () => Promise<unknown>;
  readonly resumeProxies: () => Promise<unknown>;
  /** How long a server may take until it listens. */
  timeoutMs: Milliseconds;
  signal: AbortSignal;
}

/**
 * Starts all servers at once. The proxies are paused until all servers listen: what a server dials waits meanwhile and
 * gets through afterwards. A server stands for election within 0.8 s of its start, and a failed dial is tried again only
 * after a second. So servers that start one after the other on a busy machine lose the first election; the next one
 * follows after 4 to 9 seconds.
 *
 * @throws ChaosError, ServerDown
 */
export async function startTogether(
  servers: readonly StartingServer[],
  { pauseProxies, resumeProxies, timeoutMs, signal }: StartOptions,
): Promise<void> {
  await pauseProxies();
  try {
    await allDone(
      servers.map(async (server) => {
        await server.start();
        await until(() => server.isListening(), {
          timeoutMs,
          everyMs: 10,
          signal,
          what: `${server.address} to listen on ${server.place}`,
          fatal: (error) => error instanceof ServerDown,
        });
      }),
    );
  } finally {
    await resumeProxies();
  }
}
