import { getJson, openRoutes, type Routez } from './monitor.ts';
import type { ServerNames } from './server-names.ts';

/** The other side of a route or a leafnode connection. */
export interface PeerReading {
  /** Server name. */
  name: string;
  ip: string;
  port: number;
}

/** `/routez` of one server: its open routes; where it gives no names, they are looked up. */
export async function readRoutes(monitor: string, names: ServerNames): Promise<PeerReading[]> {
  const routes = openRoutes(await getJson<Routez>(monitor, '/routez'));
  const unnamed = routes.filter(({ remote_name: name }) => name === undefined);
  const nameOf = await names.of(unnamed.map(({ remote_id: id }) => id));
  return routes.map(({ remote_name: name, remote_id: id, ip, port }) => ({
    name: name ?? nameOf(id),
    ip,
    port,
  }));
}
