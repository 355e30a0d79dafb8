import { errors } from '@nats-io/transport-node';
import type { Json } from '../../support/json.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';

/** What one server says of itself in every answer. */
export interface AnsweringServer {
  id: string;
  name: string;
  ver: string;
  cluster?: string;
  domain?: string;
  jetstream?: boolean;
}

export interface ServerAnswer<T> {
  server: AnsweringServer;
  data: T;
}

/** How long all answers to one question may take. */
const ALL_MS: Milliseconds = 5_000;
/** No further server answers once none has done so for this long. */
const QUIET_MS: Milliseconds = 700;

/**
 * Asks every server of the system that this connection reaches, as `nats server report` does: `VARZ`, `JSZ`, `LEAFZ` and
 * the like. The connection must be in the system account; in any other one nobody answers.
 *
 * @param question the last word of `$SYS.REQ.SERVER.PING.<question>`
 * @returns one answer of each server; none when the account may not ask
 */
export async function askServers<T>(
  connection: Connection,
  question: string,
  options: Record<string, Json> = {},
): Promise<ServerAnswer<T>[]> {
  const found = new Map<string, ServerAnswer<T>>();
  try {
    const answers = await connection.requestMany(
      `$SYS.REQ.SERVER.PING.${question}`,
      JSON.stringify(options),
      { strategy: 'stall', maxWait: ALL_MS, stall: QUIET_MS },
    );
    for await (const answer of answers) {
      if (answer.data.length === 0) continue;
      const { server, data } = answer.json<Partial<ServerAnswer<T>>>();
      if (server !== undefined && data !== undefined) found.set(server.id, { server, data });
    }
  } catch (error) {
    // Nobody listens on this subject in the account of the connection.
    if (!(error instanceof errors.NoRespondersError)) throw error;
  }
  return [...found.values()].sort((a, b) =>
    a.server.name.localeCompare(b.server.name, 'en', { numeric: true }),
  );
}

/** Asks one server alone. @returns null when it does not answer, or refuses */
export async function askServer<T>(
  connection: Connection,
  serverId: string,
  question: string,
  options: Record<string, Json> = {},
): Promise<T | null> {
  const subject = `$SYS.REQ.SERVER.${serverId}.${question}`;
  try {
    const answer = await connection.request(subject, JSON.stringify(options), { timeout: ALL_MS });
    return answer.json<{ data?: T }>().data ?? null;
  } catch (error) {
    if (error instanceof errors.RequestError || error instanceof errors.TimeoutError) return null;
    throw error;
  }
}

/** The account and user of this connection, as the server says; nulls for a server that does not tell. */
export async function whoAmI(
  connection: Connection,
): Promise<{ account: string | null; user: string | null }> {
  try {
    const answer = await connection.request('$SYS.REQ.USER.INFO', '', { timeout: 2_000 });
    const { data } = answer.json<{ data?: { account?: string; user?: string } }>();
    return { account: data?.account ?? null, user: data?.user ?? null };
  } catch {
    return { account: null, user: null };
  }
}
