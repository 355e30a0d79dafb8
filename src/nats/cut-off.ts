import { withDeadline } from '../support/deadline.ts';
import type { Connection } from './connect.ts';

const CLOSE_WITHIN_MS = 1000;

/** Of the client's own parts, those that it shows nobody. */
interface Inside {
  protocol?: { transport?: { discard?(): void } };
}

/** Ends a connection as the death of its process would: what is not sent yet is lost, and it does not come back. */
export async function cutOff(conn: Connection): Promise<void> {
  (conn as unknown as Inside).protocol?.transport?.discard?.();
  await withDeadline(conn.close(), CLOSE_WITHIN_MS, 'closing the connection').catch(() => undefined);
}
