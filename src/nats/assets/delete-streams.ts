import type { Connection } from '../connect.ts';
import { askApi } from './api.ts';
import { deleteStream } from './filler.ts';

/** Deletes every stream of the connection's account, with its consumers. @throws ChaosError */
export async function deleteStreams(connection: Connection): Promise<void> {
  for (;;) {
    const { streams } = await askApi<{ streams?: string[] | null }>(connection, 'STREAM.NAMES');
    if ((streams ?? []).length === 0) return;
    await Promise.all((streams ?? []).map((name) => deleteStream(connection, name)));
  }
}
