import type { ConfMap, ConfValue, Place } from '../../conf/value.ts';
import type { Json } from '../../support/json.ts';
import type { DiscoveredAccount, Note } from '../model.ts';
import { accountsIn } from './accounts.ts';
import { listOf, MapReader, plain, textOf, textsOf } from './reader.ts';

/** What the configuration of one server says, as far as an environment has words for it. */
export interface ServerConfig {
  /** Where it begins. */
  place: Place;
  name?: string;
  cluster?: { name?: string; port?: number; routes: Address[] };
  jetstream: { domain?: string; maxFile?: number; maxMemory?: number } | false;
  accounts: DiscoveredAccount[];
  /** In the order of preference: which account a leafnode or a stream has when nothing is said. */
  client: Port;
  monitor: Port;
  leafnodes?: { port: number; remotes: Remote[] };
  gateway?: { name: string; remotes: { name: string; place: Place }[] };
  /** Settings that an environment passes on to the servers that it starts, as they are. */
  passed: Record<string, Json>;
}

/** Where a server listens; `port` is null where it does not. */
interface Port {
  host: string;
  port: number | null;
}

export interface Address {
  host: string;
  port: number;
  place: Place;
}

export interface Remote {
  urls: Address[];
  account?: string;
  place: Place;
}

/** What the runner itself decides for the servers that it starts, and what only says where things are. */
const OF_RUNNER = [
  ...['debug', 'trace', 'trace_verbose', 'logtime', 'logtime_utc', 'log_file', 'logfile', 'log_size_limit'],
  ...[
    'log_max_num',
    'syslog',
    'remote_syslog',
    'pid_file',
    'pidfile',
    'ports_file_dir',
    'prof_port',
    'server_tags',
  ],
  ...['client_advertise', 'advertise', 'http_base_path', 'store_dir', 'default_js_domain', 'sync_always'],
];
/** Settings that servers of the runner get too. */
const PASSED = [
  ...['max_payload', 'max_pending', 'max_connections', 'max_conn', 'max_subscriptions', 'max_subs'],
  ...[
    'max_control_line',
    'ping_interval',
    'ping_max',
    'ping_max_out',
    'write_deadline',
    'lame_duck_duration',
  ],
  ...['lame_duck_grace_period', 'disable_sublist_cache', 'max_closed_clients', 'auth_timeout'],
];

/** Reads what is known of a configuration; what is not becomes a note with its place. */
export function serverConfig(map: ConfMap, notes: Note[]): ServerConfig {
  const top = new MapReader(map, notes);
  const name = top.text('server_name', 'name');
  const cluster = clusterOf(top);
  const leafnodes = leafnodesOf(top);
  const gateway = gatewayOf(top);
  const jetstream = jetstreamOf(top);
  const accounts = accountsIn(top, jetstream !== false);
  const client = portOf(top, ['listen'], ['port'], 4222) ?? { host: '', port: 4222 };
  const monitor = portOf(top, ['http', 'https'], ['http_port', 'monitor_port', 'https_port'], null) ?? {
    host: '',
    port: null,
  };
  for (const key of OF_RUNNER) top.ignore(key);
  const passed = Object.fromEntries(
    top.entries().flatMap(([key, { value, place }]) => {
      if (!PASSED.includes(key.toLowerCase())) return [];
      top.ignore(key.toLowerCase());
      if (value.kind === 'map') top.note(place, `${key} is not taken over`);
      return value.kind === 'map' ? [] : [[key.toLowerCase(), plain(value)]];
    }),
  );
  for (const [key, { place, value }] of top.entries()) {
    const why = WHY_NOT[key.toLowerCase()];
    if (why === undefined) continue;
    top.ignore(key.toLowerCase());
    if (value.kind !== 'flag' || value.value === true) top.note(place, why);
  }
  noteRest(top, map);
  return {
    place: map.place,
    jetstream,
    accounts,
    client,
    monitor,
    passed,
    ...(name === undefined ? {} : { name }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(leafnodes === undefined ? {} : { leafnodes }),
    ...(gateway === undefined ? {} : { gateway }),
  };
}

const WHY_NOT: Readonly<Record<string, string>> = {
  tls: 'tls of clients is not taken over; `tls: { clients: true }` of an environment gives its servers certificates',
  operator: 'its accounts are JWTs (operator mode), which a configuration does not show',
  operators: 'its accounts are JWTs (operator mode), which a configuration does not show',
  resolver: 'its accounts are with the resolver, which a configuration does not show',
  resolver_preload: 'accounts in JWTs are not taken over',
  resolver_tls: 'resolver_tls is not taken over',
  websocket: 'websocket is not taken over; `websocket: true` of a cluster says the like',
  mqtt: 'mqtt is not taken over; `mqtt: true` of a cluster says the like',
};

/** A key whose value is used by a variable only sets that variable. */
function noteRest(top: MapReader, map: ConfMap): void {
  const used = new Set<string>();
  const visit = (value: ConfValue): void => {
    if (value.variable !== undefined) used.add(value.variable);
    if (value.kind === 'list') value.items.forEach(visit);
    if (value.kind === 'map') for (const entry of value.entries.values()) visit(entry.value);
  };
  visit(map);
  for (const name of used) if (map.entries.has(name)) top.ignore(name.toLowerCase());
  top.noteRest('');
}

function clusterOf(top: MapReader): ServerConfig['cluster'] {
  const block = top.map('cluster');
  if (block === undefined) return undefined;
  const name = block.text('name');
  const listen = portOf(block, ['listen'], ['port'], null);
  const routes = addressesOf(block.list('routes'), 6222);
  block.ignore('authorization', 'no_advertise', 'advertise', 'connect_retries', 'pool_size', 'compression');
  block.ignore('ping_interval');
  block.ignore(
    'host',
    'net',
    'cluster_advertise',
    'accounts',
    'write_deadline',
    'connect_backoff',
    'ping_max',
  );
  noteTls(block, 'cluster', 'routes');
  block.noteRest('cluster');
  return {
    routes,
    ...(name === undefined ? {} : { name }),
    ...(listen?.port === null || listen?.port === undefined ? {} : { port: listen.port }),
  };
}

function leafnodesOf(top: MapReader): ServerConfig['leafnodes'] {
  const block = top.map('leafnodes', 'leaf', 'leafnode');
  if (block === undefined) return undefined;
  const listen = portOf(block, ['listen'], ['port'], 7422);
  const remotes = block.list('remotes').flatMap((item): Remote[] => {
    if (item.kind !== 'map') return [];
    const remote = new MapReader(item, []);
    const urls = addressesOf([...remote.list('url'), ...remote.list('urls')], 7422);
    const account = remote.text('account', 'local');
    return [{ urls, place: item.place, ...(account === undefined ? {} : { account }) }];
  });
  block.ignore(
    'advertise',
    'no_advertise',
    'host',
    'net',
    'reconnect',
    'reconnect_interval',
    'authorization',
  );
  block.ignore('min_version', 'compression', 'write_deadline', 'isolate_leafnode_interest');
  noteTls(block, 'leafnodes', 'leafnodes');
  block.noteRest('leafnodes');
  return { port: listen?.port ?? 7422, remotes };
}

function gatewayOf(top: MapReader): ServerConfig['gateway'] {
  const block = top.map('gateway');
  if (block === undefined) return undefined;
  const name = block.text('name') ?? '';
  const remotes = block.list('gateways').flatMap((item) => {
    const remote = item.kind === 'map' ? new MapReader(item, []).text('name') : undefined;
    return remote === undefined ? [] : [{ name: remote, place: item.place }];
  });
  block.ignore(
    'listen',
    'port',
    'host',
    'net',
    'advertise',
    'authorization',
    'reject_unknown',
    'reject_unknown_cluster',
  );
  block.ignore('connect_retries', 'write_deadline', 'connect_backoff');
  noteTls(block, 'gateway', 'gateways');
  block.noteRest('gateway');
  return { name, remotes };
}

function noteTls(block: MapReader, where: string, word: string): void {
  const entry = block.entry('tls');
  if (entry !== undefined)
    block.note(
      entry.place,
      `tls of ${where} is not taken over; \`tls: { ${word}: true }\` of an environment says the like`,
    );
}

function jetstreamOf(top: MapReader): ServerConfig['jetstream'] {
  const value = top.value('jetstream');
  if (value === undefined) return false;
  if (value.kind !== 'map') {
    const word = String(textOf(value)).toLowerCase();
    return ['true', 'enabled', 'enable'].includes(word) ? {} : false;
  }
  const block = new MapReader(value, []);
  const enabled = block.value('enabled');
  if (enabled !== undefined && String(textOf(enabled)).toLowerCase() === 'false') return false;
  const domain = block.text('domain');
  const maxFile = block.number('max_file_store', 'max_file', 'max_store');
  const maxMemory = block.number('max_memory_store', 'max_mem_store', 'max_mem', 'max_memory');
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(maxFile === undefined || maxFile <= 0 ? {} : { maxFile }),
    ...(maxMemory === undefined || maxMemory <= 0 ? {} : { maxMemory }),
  };
}

/** `listen: host:port`, `listen: port` or `port: port`; undefined when none is there. */
function portOf(
  block: MapReader,
  listens: string[],
  ports: string[],
  standard: number | null,
): Port | undefined {
  const host = block.text('host', 'net', 'addr') ?? '';
  const port = block.number(...ports);
  const listen = block.text(...listens);
  if (listen === undefined) return port === undefined ? undefined : { host, port };
  const [, first = '', last] = /^(?:(.*):)?(-?\d+)$/.exec(listen) ?? [];
  const entry = block.entry(...listens);
  if (last === undefined && entry !== undefined && /[^\d.]:\D|\s|^$/.test(listen))
    block.note(entry.place, `${JSON.stringify(listen)} is no address to listen on; expected host:port`);
  return { host: first, port: last === undefined ? standard : Number(last) };
}

function addressesOf(values: readonly ConfValue[], standard: number): Address[] {
  return values
    .flatMap((value) => listOf(value))
    .flatMap((value) => textsOf(value).map((text) => ({ text, place: value.place })))
    .flatMap(({ text, place }) => {
      const url = text.includes('://') ? text : `nats://${text}`;
      const [, host = '', port] = /^[a-z-]+:\/\/(?:.*@)?(\[[^\]]+\]|[^:/@]+)(?::(\d+))?\/?$/i.exec(url) ?? [];
      return host === '' ? [] : [{ host, port: port === undefined ? standard : Number(port), place }];
    });
}
