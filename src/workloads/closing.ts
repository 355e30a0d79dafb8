import type { Connection } from '../nats/connect.ts';
import { withDeadline } from '../support/deadline.ts';

const CLOSE_WITHIN_MS = 1000;

/** Operations in flight, each with its own deadline. */
interface OperationsInFlight {
  drained(): Promise<void>;
  close(why: string): void;
}

/** Waits until nothing is in flight, or gives up when one of the signals fires; then closes the connection. */
export async function finish(
  operations: OperationsInFlight,
  conn: Connection,
  interrupt: AbortSignal,
  late?: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([interrupt, ...(late === undefined ? [] : [late])]);
  const giveUp = (): void => {
    operations.close(
      interrupt.aborted ? 'interrupted before an answer came' : 'no answer came before the drain was over',
    );
  };
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  await operations.drained();
  signal.removeEventListener('abort', giveUp);
  // A server that does not answer must not delay the end of the run.
  await withDeadline(conn.close(), CLOSE_WITHIN_MS, 'closing the connection').catch(() => undefined);
}
