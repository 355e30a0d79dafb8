import { getJson, type Gatewayz, type GatewayzEntry } from './monitor.ts';
import type { ServerNames } from './server-names.ts';

/** The other end of a gateway connection. */
export interface GatewayPeer {
  cluster: string;
  /** Server name; empty for an unknown server. */
  name: string;
  ip: string;
  port: number;
}

/** Each server opens one connection to each other cluster, and accepts one from every server that has chosen it. */
export interface GatewaysReading {
  outbound: GatewayPeer[];
  inbound: GatewayPeer[];
}

/** The connection of one server to another cluster, as the sender knows it. */
export interface OutboundGateway {
  cluster: string;
  /** Messages that it has sent since the connection was made. */
  sent: number;
  /** What it knows of the other cluster's interest, by account. */
  accounts: { name: string; mode: string; noInterest: number }[];
}

/** `/gatewayz?accs=1` of one server: its outbound connections. @throws ChaosError when it does not answer */
export async function readOutboundGateways(monitor: string): Promise<OutboundGateway[]> {
  const { outbound_gateways: outbound = {} } = await getJson<Gatewayz>(monitor, '/gatewayz?accs=1');
  return Object.entries(outbound).map(([cluster, { connection, accounts }]) => ({
    cluster,
    sent: connection?.out_msgs ?? 0,
    accounts: (accounts ?? []).map(({ name, interest_mode: mode = '', no_interest_count: count = 0 }) => ({
      name,
      mode: mode.toLowerCase(),
      noInterest: count,
    })),
  }));
}

/** Reads `/gatewayz`, which names peers by the ids of their servers. */
export async function readGateways(monitor: string, names: ServerNames): Promise<GatewaysReading> {
  const gatewayz = await getJson<Gatewayz>(monitor, '/gatewayz');
  const outbound = Object.entries(gatewayz.outbound_gateways ?? {});
  const inbound = Object.entries(gatewayz.inbound_gateways ?? {}).flatMap(([cluster, entries]) =>
    (entries ?? []).map((entry) => [cluster, entry] as const),
  );
  const nameOf = await names.of(
    [...outbound, ...inbound].map(([, { connection }]) => connection?.name ?? ''),
  );
  const peer = ([cluster, { connection }]: readonly [string, GatewayzEntry]): GatewayPeer => ({
    cluster,
    name: nameOf(connection?.name ?? ''),
    ip: connection?.ip ?? '',
    port: connection?.port ?? 0,
  });
  return { outbound: outbound.map(peer), inbound: inbound.map(peer) };
}
