import type { SharingReading } from '../../nats/accounts/shown-sharing.ts';
import type { AnsweringServer } from '../../nats/monitor/ask-servers.ts';

/** What one server says of itself, by every question that it answered. */
export interface ServerReading {
  server: AnsweringServer;
  varz: VarzReading;
  jsz?: JszReading;
  leafz?: LeafzReading;
  gatewayz?: GatewayzReading;
  routez?: RoutezReading;
  accountz?: AccountzReading;
  connz?: ConnzReading;
  /** What `/accountz?acc=…` says of accounts, by the name that servers call them by; each account of one server only. */
  details?: Record<string, AccountReading>;
  /** Which of the addresses that were asked it answered through: servers with the same one are one system. */
  system: number;
}

/** `/varz`: what is used of it. */
export interface VarzReading {
  server_id: string;
  server_name: string;
  version: string;
  host?: string;
  port?: number;
  http_host?: string;
  http_port?: number;
  https_port?: number;
  auth_required?: boolean;
  tls_required?: boolean;
  tls_verify?: boolean;
  connect_urls?: string[];
  cluster?: { name?: string };
  jetstream?: { config?: { domain?: string } };
  leaf?: { remotes?: { local_account?: string; urls?: string[] }[] };
}

/** `/jsz?accounts=1&streams=1&consumers=1&config=1`: what is used of it. */
export interface JszReading {
  disabled?: boolean;
  account_details?: {
    name: string;
    id?: string;
    /** What the account may store: its limits, whatever the name says. */
    reserved_storage?: number;
    reserved_memory?: number;
    stream_detail?: StreamReading[];
  }[];
}

export interface StreamReading {
  name: string;
  cluster?: { name?: string; leader?: string };
  config?: Record<string, unknown>;
  consumer_detail?: { name: string; config?: Record<string, unknown> }[];
}

/** `/leafz`: what is used of it. */
export interface LeafzReading {
  leafs?: { name?: string; account?: string; is_spoke?: boolean; ip?: string }[];
}

/** `/gatewayz`: what is used of it. */
export interface GatewayzReading {
  name?: string;
  outbound_gateways?: Record<string, unknown>;
  inbound_gateways?: Record<string, unknown>;
}

/** `/routez`: what is used of it. */
export interface RoutezReading {
  routes?: { remote_id?: string; ip?: string }[];
}

/** `/accountz`: what is used of it. */
export interface AccountzReading {
  system_account?: string;
  accounts?: string[];
}

/** `/connz?auth=1`: what is used of it. */
export interface ConnzReading {
  connections?: { account?: string; authorized_user?: string; kind?: string }[];
}

/** `account_detail` of `/accountz?acc=…`: what is used of it. */
export interface AccountReading extends SharingReading {
  /** What the JWT of an account says, in operator mode. */
  decoded_jwt?: { nats?: ClaimsReading };
}

/** What is used of the JWT of an account; -1 without a limit. */
export interface ClaimsReading {
  limits?: {
    conn?: number;
    subs?: number;
    payload?: number;
    leaf?: number;
    disk_storage?: number;
    mem_storage?: number;
    streams?: number;
    consumer?: number;
    max_ack_pending?: number;
    disk_max_stream_bytes?: number;
    mem_max_stream_bytes?: number;
    max_bytes_required?: boolean;
  };
}
