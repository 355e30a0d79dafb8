import net from 'node:net';
import { until } from '../../support/deadline.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { ServerDown } from '../shared/ready.ts';
import type { ServerProcess } from './server-process.ts';
import { HOST, type PlacedNode } from '../shared/topology.ts';

const LISTEN_MS = 20_000;

/**
 * Starts the servers so that each finds those it dials already listening: the nodes of a cluster one after the
 * other, the clusters side by side. A server whose first dial fails tries again only a second later, and by then
 * the first election is lost: the next one comes after 4 to 9 seconds.
 */
export async function startInOrder(
  spec: EnvironmentSpec,
  nodes: readonly PlacedNode[],
  processOf: (node: string) => ServerProcess,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    spec.clusters.map(async (cluster) => {
      for (const node of nodes.filter((n) => n.cluster === cluster.name)) {
        processOf(node.address).start();
        await listening(node, processOf(node.address), signal);
      }
    }),
  );
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
