import { allDone } from '../../../support/all-done.ts';
import { roundTrip } from '../../links/round-trip.ts';
import { ServerDown } from '../../servers/ready.ts';
import { startTogether, type StartingServer } from '../../servers/start-together.ts';
import type { ServerContainer } from '../engine/server-container.ts';
import type { Opening } from '../../tls/server-tls.ts';
import type { RunningNode } from './docker-node.ts';

const LISTEN_MS = 30_000;
const GREETING_MS = 500;

/**
 * Starts all containers of servers at once, and returns when all servers listen.
 *
 * @param openingOf the port for clients of a node
 * @throws ChaosError, ServerDown, PortTaken
 */
export async function startContainers(
  nodes: readonly RunningNode[],
  toxiproxies: readonly ServerContainer[],
  openingOf: (node: RunningNode) => Opening,
  signal: AbortSignal,
): Promise<void> {
  await startTogether(
    nodes.map((node) => startingContainer(node, openingOf(node))),
    {
      pauseProxies: () => allDone(toxiproxies.map((one) => one.signal('SIGSTOP'))),
      resumeProxies: () => allDone(toxiproxies.map((one) => one.signal('SIGCONT'))),
      timeoutMs: LISTEN_MS,
      signal,
    },
  );
}

function startingContainer({ address, placed, server }: RunningNode, opening: Opening): StartingServer {
  const [host = '', port = ''] = placed.client.split(':');
  return {
    address,
    place: placed.client,
    start: () => server.start(),
    // An engine's own forwarder accepts connections before the server does, so only the server's greeting counts.
    isListening: async () => {
      const tripMs = await roundTrip({ host, port: Number(port) }, undefined, GREETING_MS, opening);
      if (tripMs !== null) return true;
      const why = await server.whyDown();
      if (why !== null) throw new ServerDown(address, why);
      return false;
    },
  };
}
