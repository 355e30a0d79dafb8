import { deleteStream } from '../../nats/ballast.ts';
import type { Driver } from '../driver.ts';

/** Deletes a stream of a fault's own, past every fault that clients feel. Harmless when it is gone. */
export async function deleteStreamIn(
  driver: Pick<Driver, 'nodes' | 'connect'>,
  cluster: string,
  account: string,
  stream: string,
): Promise<void> {
  const servers = driver.nodes().flatMap((node) => (node.cluster === cluster ? [node.client] : []));
  const connection = await driver.connect(servers, account, 'nats-chaos/undo');
  try {
    await deleteStream(connection, stream);
  } finally {
    await connection.close();
  }
}
