import type { Connection } from '../nats/connect.ts';
import { withDeadline } from '../support/deadline.ts';

const CLOSE_WITHIN_MS = 1000;

/** Something with operations in flight, each with a deadline of its own. */
interface Engine {
  drained(): Promise<void>;
  close(why: string): void;
}

/** Waits until nothing is in flight, or gives it up when `signal` fires, and closes the connection. */
export async function finish(engine: Engine, conn: Connection, signal: AbortSignal): Promise<void> {
  const giveUp = (): void => {
    engine.close('interrupted before an answer came');
  };
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  await engine.drained();
  signal.removeEventListener('abort', giveUp);
  // A server that is gone must not hold up the end of the run.
  await withDeadline(conn.close(), CLOSE_WITHIN_MS, 'closing the connection').catch(() => undefined);
}
