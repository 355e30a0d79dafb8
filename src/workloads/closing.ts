import type { Connection } from '../nats/connect.ts';
import { withDeadline } from '../support/deadline.ts';

const CLOSE_WITHIN_MS = 1000;

/** Closes a connection whose fate no longer matters; a server that is gone must not hold up the end of the run. */
export async function closeQuietly(conn: Connection): Promise<void> {
  await withDeadline(conn.close(), CLOSE_WITHIN_MS, 'closing the connection').catch(() => undefined);
}
