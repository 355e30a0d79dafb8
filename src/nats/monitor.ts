import { ChaosError, messageOf } from '../support/errors.ts';

const DEADLINE_MS = 1_500;

/** GETs a monitoring endpoint (`/varz`, `/leafz` …) and parses its JSON. @throws ChaosError `failed` */
export async function getJson<T>(base: string, path: string, timeoutMs = DEADLINE_MS): Promise<T> {
  try {
    const response = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(timeoutMs) });
    return (await response.json()) as T;
  } catch (error) {
    throw new ChaosError('failed', `${base}${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** `/varz`: what is used of it. */
export interface Varz {
  server_name: string;
  version: string;
  server_id: string;
  config_load_time: string;
  start: string;
  /** By the same clock. */
  now: string;
  tags?: string[];
  /** Without a name for a server that stands alone. */
  cluster?: { name?: string };
}

/** `/routez`: what is used of it. */
export interface Routez {
  routes?: { remote_name?: string; ip: string; port: number; did_solicit?: boolean }[];
}

/** The routes that are open: one that its server has closed is still told for a moment, without an address. */
export function openRoutes({ routes = [] }: Routez): NonNullable<Routez['routes']> {
  return routes.filter(({ ip }) => ip !== '');
}

/** `/leafz`: what is used of it. */
export interface Leafz {
  leafs?: { name?: string; ip: string; port: number; account?: string }[];
}

/** `/gatewayz`: what is used of it; by the names of the other clusters. */
export interface Gatewayz {
  outbound_gateways?: Record<string, GatewayzEntry>;
  inbound_gateways?: Record<string, GatewayzEntry[] | null>;
}

export interface GatewayzEntry {
  /** `name` is the id of the other server. */
  connection?: { name?: string; ip: string; port: number };
}

/** `/healthz`: what is used of it. */
export interface Healthz {
  status?: string;
  error?: string;
}

/** `/jsz?accounts=1&streams=1&raft=1`: what is used of it. */
export interface Jsz {
  meta_cluster?: {
    leader?: string;
    /** How many peers the server counts, itself included. */
    cluster_size?: number;
    /** Told by the leader alone: all peers but itself. */
    replicas?: { name: string; current?: boolean; offline?: boolean }[];
  };
  account_details?: {
    name: string;
    stream_detail?: { name: string; cluster?: { leader?: string }; stream_raft_group?: string }[];
  }[];
}
