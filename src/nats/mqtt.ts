import { connectAsync, type MqttClient } from 'mqtt';
import { ChaosError, messageOf } from '../support/errors.ts';
import { until } from '../support/deadline.ts';

export interface MqttOptions {
  /** `host:port`, in the order in which they are tried. */
  servers: readonly string[];
  user?: string | undefined;
  pass?: string | undefined;
  /** Names the session, which servers keep while the client is away. */
  clientId: string;
  signal: AbortSignal;
}

/** Servers ask JetStream for the session before they answer, and wait up to 5 s for it. */
const CONNECT_MS = 8_000;
const FIRST_MS = 10_000;

/**
 * Connects by MQTT 3.1.1 with a session that lasts, and then reconnects without a limit, to these servers in turn.
 *
 * @throws ChaosError `unavailable` when no server accepts the connection, or `aborted`
 */
export async function connectMqtt({
  servers,
  user,
  pass,
  clientId,
  signal,
}: MqttOptions): Promise<MqttClient> {
  const attempt = () =>
    connectAsync({
      servers: servers.map((server) => {
        const at = server.lastIndexOf(':');
        return { protocol: 'mqtt' as const, host: server.slice(0, at), port: Number(server.slice(at + 1)) };
      }),
      ...(user === undefined ? {} : { username: user }),
      ...(pass === undefined ? {} : { password: pass }),
      clientId,
      clean: false,
      protocolVersion: 4,
      keepalive: 5,
      connectTimeout: CONNECT_MS,
      reconnectPeriod: 200,
      // What cannot be sent now is reported as such, and not sent later.
      queueQoSZero: false,
    });
  try {
    const client = await until(attempt, {
      timeoutMs: FIRST_MS,
      everyMs: 100,
      signal,
      what: `MQTT connection of ${clientId} to ${servers.join(', ')}`,
    });
    // Each failed attempt to reconnect is an event; without a listener it would end the process.
    client.on('error', () => undefined);
    return client;
  } catch (error) {
    if (!(error instanceof ChaosError) || error.code !== 'timeout') throw error;
    throw new ChaosError('unavailable', messageOf(error), { cause: error });
  }
}

/** Ends the connection; its session stays with the servers. */
export function closeMqtt(client: MqttClient): { close(): Promise<void> } {
  return { close: () => client.endAsync(true) };
}
