import type { ServerExit } from '../../driver.ts';
import type { ServerContainer } from './server-container.ts';

/** Every end of the servers in some containers, in order of time. Containers that cannot be read now are left out. */
export async function exitsOf(
  nodes: readonly { address: string; server: Pick<ServerContainer, 'exits'> }[],
): Promise<ServerExit[]> {
  const all = await Promise.allSettled(
    nodes.map(async ({ address, server }) =>
      (await server.exits()).map((exit) => ({ ...exit, node: address })),
    ),
  );
  return all.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])).sort((a, b) => a.at - b.at);
}
