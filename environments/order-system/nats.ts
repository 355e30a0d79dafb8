import { connect, headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { Context } from '@opentelemetry/api';
import type { Settings } from './settings.ts';
import { TRACEPARENT, traceparentOf } from './tracing.ts';

/** A connection that comes back by itself, to these servers and no others. */
export async function connectNats({ name, nats }: Settings): Promise<NatsConnection> {
  return connect({
    ...nats,
    name,
    timeout: 1_000,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 100,
    // A server that hangs, or a link that carries nothing, is noticed within three seconds.
    pingInterval: 1_000,
    maxPingOut: 2,
    // Servers tell the addresses of others, which may lead past the links of this instance.
    ignoreClusterUpdates: true,
  });
}

/** Headers that carry the trace of a context, and others. */
export function headersOf(context: Context, others: Readonly<Record<string, string>> = {}): MsgHdrs {
  const made = headers();
  const traceparent = traceparentOf(context);
  if (traceparent !== undefined) made.set(TRACEPARENT, traceparent);
  for (const [name, value] of Object.entries(others)) made.set(name, value);
  return made;
}
