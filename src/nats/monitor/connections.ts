import { ApiRefusal } from '../assets/api.ts';
import type { Connection } from '../connect.ts';
import { getJson } from './monitor.ts';

/** A connection of a client, as its server reports it. */
export interface ClientConnection {
  /** Unique on its server, which never uses it again. */
  cid: number;
  name: string;
}

const MOST = 65_536;
const ANSWER_MS = 2_000;

/** `/connz` of one server: the clients that are connected to it now. @throws ChaosError when it does not answer */
export async function readConnections(monitor: string): Promise<ClientConnection[]> {
  const { connections } = await getJson<{
    connections?: { cid: number; name?: string; kind?: string; lang?: string }[] | null;
  }>(monitor, `/connz?limit=${MOST}`);
  // Leafnodes are listed as well, and connections in their TLS handshake, which have not said yet who they are.
  const clients = (connections ?? []).filter(
    ({ kind = 'Client', lang }) => kind === 'Client' && lang !== undefined,
  );
  return clients.map(({ cid, name = '' }) => ({ cid, name }));
}

/**
 * Makes a server end the connection of a client. The connection must be in the system account.
 *
 * @throws ApiRefusal, or the client's error when the server does not answer
 */
export async function kick(connection: Connection, server: string, cid: number): Promise<void> {
  const subject = `$SYS.REQ.SERVER.${server}.KICK`;
  const message = await connection.request(subject, JSON.stringify({ cid }), { timeout: ANSWER_MS });
  const { error } = message.json<{ error?: { code?: number; description?: string } }>();
  if (error) throw new ApiRefusal(subject, { ...error });
}
