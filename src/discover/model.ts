import type { Json } from '../support/json.ts';

/** A NATS system as it was found: running, or in files that say how it is started. */
export interface DiscoveredSystem {
  clusters: DiscoveredCluster[];
  accounts: DiscoveredAccount[];
  links: DiscoveredLink[];
  streams: DiscoveredAsset[];
  consumers: DiscoveredAsset[];
  /** Who a client without a login is; left out: nobody. */
  noAuthUser?: string;
  /** Left out where nobody looked for them. */
  services?: DiscoveredService[];
  /** What could not be read, or has no words in an environment. */
  notes: Note[];
}

/** Something that runs beside NATS, as an environment states it. */
export interface DiscoveredService {
  name: string;
  fields: Record<string, Json>;
  /** What is to be known of it, in words. */
  remark?: string;
}

export interface DiscoveredCluster {
  name: string;
  nodes: DiscoveredNode[];
  jetstream: boolean;
  /** The JetStream domain. */
  domain?: string;
  /** Limits of each server in bytes, where its configuration states them. */
  maxFile?: number;
  maxMemory?: number;
  /** Other settings of its servers, as their configuration states them. */
  config?: Record<string, Json>;
  /** The releases that its servers run, where they run. */
  versions: string[];
}

export interface DiscoveredNode {
  /** The name that the server gives itself. */
  name: string;
  /** `host:port`, where clients connect. */
  client?: string;
  /** Base URL of its monitoring endpoint. */
  monitor?: string;
  /** The service of the compose file that it is, where that has another name. */
  service?: string;
  /** What is to be known of it, in words. */
  remark?: string;
}

export interface DiscoveredAccount {
  name: string;
  system: boolean;
  jetstream: boolean;
  users: DiscoveredUser[];
  /** Names of users that were seen, without what proves who they are. */
  seen: string[];
  /** The name of an account whose key is its name. */
  remark?: string;
  /** Limits and the like, as an environment states them. */
  fields: Record<string, Json>;
}

/** A user, and how it proves who it is: as an environment states it. */
export interface DiscoveredUser {
  name: string;
  proof:
    | { password: string | Record<string, string> }
    | { token: string }
    | { nkey: string }
    | { credentials: string };
  permissions?: Json;
}

export type DiscoveredLink =
  | { kind: 'leafnode'; from: string; to: string; accounts: string[] }
  | { kind: 'gateway'; between: [string, string] };

/** A stream or consumer. */
export interface DiscoveredAsset {
  /** `cluster/stream` or `cluster/stream/consumer`. */
  address: string;
  account: string;
  /** As an environment states them. */
  fields: Record<string, Json>;
}

export interface Note {
  /** The place in a file, `nats.conf:12`, or several; left out where there is none. */
  where?: string;
  text: string;
}

/** The note in one line. */
export function noteText({ where, text }: Note): string {
  return where === undefined ? text : `${where}: ${text}`;
}
