import { until } from '../../support/deadline.ts';
import { allDone } from '../shared/all-done.ts';
import { ServerDown } from '../shared/ready.ts';
import { roundTrip } from '../shared/round-trip.ts';
import type { RunningNode } from './docker-node.ts';
import type { ServerContainer } from './server-container.ts';

const LISTEN_MS = 30_000;
const GREETING_MS = 500;

/**
 * Starts all servers at once, with the proxies stopped until all of them listen: what a server dials waits meanwhile, and
 * comes through then. A server stands for election within 0.8 s of its start, which is less than containers take one
 * after the other; and a dial that failed would be tried again only a second later. Once that first election is lost,
 * the next one comes after 4 to 9 seconds.
 *
 * @throws ChaosError, ServerDown, PortTaken
 */
export async function startTogether(
  nodes: readonly RunningNode[],
  toxiproxies: readonly ServerContainer[],
  signal: AbortSignal,
): Promise<void> {
  await allDone(toxiproxies.map((one) => one.signal('SIGSTOP')));
  try {
    await allDone(
      nodes.map(async (node) => {
        await node.server.start();
        await listening(node, signal);
      }),
    );
  } finally {
    await allDone(toxiproxies.map((one) => one.signal('SIGCONT')));
  }
}

/** An engine's own forwarder accepts connections before the server does, so only the server's greeting counts. */
async function listening({ address, placed, server }: RunningNode, signal: AbortSignal): Promise<void> {
  const [host = '', port = ''] = placed.client.split(':');
  await until(
    async () => {
      if ((await roundTrip({ host, port: Number(port) }, undefined, GREETING_MS)) !== null) return true;
      const why = await server.whyDown();
      if (why !== null) throw new ServerDown(address, why);
      return false;
    },
    {
      timeoutMs: LISTEN_MS,
      everyMs: 10,
      signal,
      what: `${address} to listen on ${placed.client}`,
      fatal: (error) => error instanceof ServerDown,
    },
  );
}
