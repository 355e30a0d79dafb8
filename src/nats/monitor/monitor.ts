import { ChaosError, messageOf } from '../../support/errors.ts';

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
  /** The name is given from 2.9 on, the id by every release. */
  routes?: {
    remote_name?: string;
    remote_id: string;
    ip: string;
    port: number;
    did_solicit?: boolean;
    /** The subjects that the other server takes; only where they are asked for: with `subs=1`. */
    subscriptions_list?: string[];
  }[];
}

/** The open routes: the server reports a closed one for a moment longer, without an address. */
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
  /** `name` is the id of the other server; the count starts anew with each connection. */
  connection?: { name?: string; ip: string; port: number; out_msgs?: number };
  /** Only where it is asked for: with `accs=1`. */
  accounts?: {
    name: string;
    interest_mode?: string;
    /** Subjects of which the other cluster has said that nobody there wants them. */
    no_interest_count?: number;
  }[];
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
    /** How many peers the server knows, itself included. */
    cluster_size?: number;
    /** Reported only by the leader: all peers without itself. */
    replicas?: { name: string; current?: boolean; offline?: boolean }[];
  };
  account_details?: {
    name: string;
    stream_detail?: {
      name: string;
      cluster?: { leader?: string };
      stream_raft_group?: string;
      state?: { last_seq?: number };
    }[];
  }[];
}
