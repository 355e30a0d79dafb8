import { getJson, type Gatewayz, type GatewayzEntry, type Varz } from './monitor.ts';

/** The other end of a gateway connection. */
export interface GatewayPeer {
  cluster: string;
  /** Server name; empty for a server that nobody knows. */
  name: string;
  ip: string;
  port: number;
}

/** Each server opens one connection to each other cluster, and takes in those of as many as have chosen it. */
export interface GatewaysReading {
  outbound: GatewayPeer[];
  inbound: GatewayPeer[];
}

const ANSWER_MS = 500;

/**
 * Reads `/gatewayz`, which names peers by their servers' ids. An id is new with every start, so that each is looked up
 * when it is first seen, and kept for the time when its server does not answer any more.
 *
 * @param monitors base URLs of all monitoring endpoints
 */
export function gatewayReader(monitors: readonly string[]): (monitor: string) => Promise<GatewaysReading> {
  const names = new Map<string, string>();

  const learn = async (): Promise<void> => {
    await Promise.all(
      monitors.map(async (monitor) => {
        const varz = await getJson<Varz>(monitor, '/varz', ANSWER_MS).catch(() => null);
        if (varz) names.set(varz.server_id, varz.server_name);
      }),
    );
  };

  return async (monitor) => {
    const gatewayz = await getJson<Gatewayz>(monitor, '/gatewayz');
    const outbound = Object.entries(gatewayz.outbound_gateways ?? {});
    const inbound = Object.entries(gatewayz.inbound_gateways ?? {}).flatMap(([cluster, entries]) =>
      (entries ?? []).map((entry) => [cluster, entry] as const),
    );
    const ids = [...outbound, ...inbound].map(([, { connection }]) => connection?.name ?? '');
    if (ids.some((id) => !names.has(id))) await learn();
    const peer = ([cluster, { connection }]: readonly [string, GatewayzEntry]): GatewayPeer => ({
      cluster,
      name: names.get(connection?.name ?? '') ?? '',
      ip: connection?.ip ?? '',
      port: connection?.port ?? 0,
    });
    return { outbound: outbound.map(peer), inbound: inbound.map(peer) };
  };
}
