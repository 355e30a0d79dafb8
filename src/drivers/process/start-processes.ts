import net from 'node:net';
import { ServerDown } from '../servers/ready.ts';
import { startTogether, type StartingServer } from '../servers/start-together.ts';
import { HOST, type PlacedNode } from '../servers/topology.ts';
import type { ServerProcess } from './server-process.ts';

const LISTEN_MS = 20_000;

/** Starts all server processes at once, and returns when all of them listen. @throws ChaosError, ServerDown */
export async function startProcesses(
  nodes: readonly PlacedNode[],
  processOf: (node: string) => ServerProcess,
  toxiproxy: ServerProcess | undefined,
  signal: AbortSignal,
): Promise<void> {
  await startTogether(
    nodes.map((node) => startingProcess(node, processOf(node.address))),
    {
      pauseProxies: () => toxiproxy?.pause() ?? Promise.resolve(),
      resumeProxies: () => toxiproxy?.resume() ?? Promise.resolve(),
      timeoutMs: LISTEN_MS,
      signal,
    },
  );
}

function startingProcess({ address, spec, ports }: PlacedNode, server: ServerProcess): StartingServer {
  const port = spec.nodes.length > 1 ? ports.cluster : ports.client;
  return {
    address,
    place: `port ${port}`,
    start: () => {
      server.start();
      return Promise.resolve();
    },
    isListening: async () => {
      if (server.state() === 'down') throw new ServerDown(address, server.exit);
      return accepts(port);
    },
  };
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
