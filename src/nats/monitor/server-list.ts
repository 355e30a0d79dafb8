import type { Connection } from '../connect.ts';

const PING = '$SYS.REQ.SERVER.PING';
/** How long all answers may take. */
const ALL_MS = 1_000;

/**
 * Names of the servers that answer a question to all, as `nats server ls` asks it. The connection must be in the system
 * account.
 */
export async function answeringServers(connection: Connection): Promise<string[]> {
  // Ends when none has come for 300 ms after the first.
  const answers = await connection.requestMany(PING, '', { strategy: 'stall', maxWait: ALL_MS });
  const names = new Set<string>();
  for await (const answer of answers) {
    if (answer.data.length === 0) continue;
    names.add(answer.json<{ server?: { name?: string } }>().server?.name ?? '');
  }
  return [...names].sort();
}
