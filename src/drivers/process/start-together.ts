import net from 'node:net';
import { until } from '../../support/deadline.ts';
import { allDone } from '../shared/all-done.ts';
import { ServerDown } from '../shared/ready.ts';
import type { ServerProcess } from './server-process.ts';
import { HOST, type PlacedNode } from '../shared/topology.ts';

const LISTEN_MS = 20_000;

/**
 * Starts all servers at once, with the proxies stopped until all of them listen: what a server dials waits meanwhile, and
 * comes through then. A server whose first dial fails tries again only a second later, and one after the other they start
 * too slowly on a busy machine: the first election is lost then, and the next one comes after 4 to 9 seconds.
 */
export async function startTogether(
  nodes: readonly PlacedNode[],
  processOf: (node: string) => ServerProcess,
  toxiproxy: ServerProcess,
  signal: AbortSignal,
): Promise<void> {
  await toxiproxy.pause();
  try {
    for (const { address } of nodes) processOf(address).start();
    await allDone(nodes.map((node) => listening(node, processOf(node.address), signal)));
  } finally {
    await toxiproxy.resume();
  }
}

async function listening(node: PlacedNode, server: ServerProcess, signal: AbortSignal): Promise<void> {
  const port = node.spec.nodes.length > 1 ? node.ports.cluster : node.ports.client;
  await until(
    async () => {
      if (server.state() === 'down') throw new ServerDown(node.address, server.exit);
      return accepts(port);
    },
    {
      timeoutMs: LISTEN_MS,
      everyMs: 10,
      signal,
      what: `${node.address} to listen on port ${port}`,
      fatal: (error) => error instanceof ServerDown,
    },
  );
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, HOST, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
