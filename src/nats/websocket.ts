import { wsconnect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import WebSocket from 'ws';

/**
 * Connects by WebSocket, without TLS. The client library keeps one kind of transport for all its connections, so a thread
 * that calls this must not connect in any other way.
 */
export function dialWebSocket({ servers = [], ...options }: ConnectionOptions): Promise<NatsConnection> {
  return wsconnect({
    ...options,
    servers: [servers].flat().map((server) => `ws://${server}`),
    // Node.js 20 has no WebSocket of its own.
    wsFactory: (url) => Promise.resolve({ socket: asStandard(new WebSocket(url)), encrypted: false }),
  });
}

/** It is what browsers have, as far as the client library uses it. */
function asStandard(socket: WebSocket): globalThis.WebSocket {
  return socket as unknown as globalThis.WebSocket;
}
