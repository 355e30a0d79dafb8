// Fills a stream with messages as a workload writes them, and does nothing else: it is not what is measured.
import { createInbox } from '@nats-io/transport-node';
import type { Connection } from '../src/nats/connect.ts';
import { bodyOf, identityOf } from '../src/support/message-body.ts';

export const RUN_ID = 'benchrun';
export const PUBLISHER = 'publish';
const IN_FLIGHT = 1000;

export function fill(conn: Connection, subject: string, count: number, size: number): Promise<void> {
  const reply = createInbox();
  let sent = 0;
  let done = 0;
  return new Promise((resolve, reject) => {
    const send = (): void => {
      while (sent < count && sent - done < IN_FLIGHT)
        conn.publish(subject, bodyOf(identityOf(RUN_ID, PUBLISHER, ++sent), size), { reply });
    };
    const subscription = conn.subscribe(reply, {
      callback: (error, msg) => {
        if (error !== null || !msg.string().includes('"seq"')) reject(error ?? new Error(msg.string()));
        done += 1;
        if (done % 200 === 0) send();
        if (done < count) return;
        subscription.unsubscribe();
        resolve();
      },
    });
    send();
  });
}
