import { setImmediate } from 'node:timers/promises';
import { errors } from '@nats-io/transport-node';
import { withDeadline } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import { withConnection, type Connection } from '../connect.ts';
import type { Attempt } from './rights.ts';

const ANSWER_MS: Milliseconds = 1000;

/**
 * Whether the server lets the user of a connection publish on a subject, or subscribe to it. A publish that is allowed sends
 * an empty message. Closes the connection.
 *
 * @throws ChaosError `timeout` when the server does not answer, or what connecting throws
 */
export function askPermission(
  connecting: Promise<Connection>,
  attempt: Attempt,
  subject: string,
): Promise<boolean> {
  return withConnection(connecting, async (connection) => {
    let isRefused = false;
    const follow = async (): Promise<void> => {
      for await (const status of connection.status())
        if (status.type === 'error' && status.error instanceof errors.PermissionViolationError)
          isRefused = true;
    };
    void follow();
    if (attempt === 'publish') connection.publish(subject);
    else connection.subscribe(subject, { callback: () => undefined });
    // A server refuses before it answers what was sent after.
    await withDeadline(connection.flush(), ANSWER_MS, 'the answer of the server');
    await setImmediate();
    return !isRefused;
  });
}
