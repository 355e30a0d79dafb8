import type { Milliseconds } from '../../support/units.ts';
import { awaitGreeting } from '../tls/greeting.ts';
import { getJson, type Varz } from './monitor.ts';

const WITHIN_MS: Milliseconds = 1_500;

/** The id of the server that greets clients at `host:port`; null when none does. Nothing is sent. */
export async function serverAt(address: string): Promise<string | null> {
  const greeted = await awaitGreeting(address, WITHIN_MS);
  greeted?.socket.destroy();
  return greeted?.info.server_id ?? null;
}

/** The id of the server whose monitoring endpoint is there; null when none answers. */
export async function serverMonitoredAt(base: string): Promise<string | null> {
  try {
    return (await getJson<Varz>(base, '/varz', WITHIN_MS)).server_id;
  } catch {
    return null;
  }
}
