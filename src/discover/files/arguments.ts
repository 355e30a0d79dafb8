import type { ServerConfig } from './server-config.ts';

/** What the command line of a server says; it goes before its configuration. */
export interface ServerArguments {
  /** The configuration that it reads. */
  config?: string;
  name?: string;
  port?: number;
  monitor?: number;
  jetstream: boolean;
  clusterName?: string;
  /** The URL at which it listens for routes. */
  cluster?: string;
  routes: string[];
  user?: string;
  password?: string;
  token?: string;
  /** Those that nobody knows. */
  unknown: string[];
}

/** Options with a value, by every name that nats-server has for them. */
const VALUES: Readonly<
  Record<
    string,
    | 'config'
    | 'name'
    | 'port'
    | 'monitor'
    | 'clusterName'
    | 'cluster'
    | 'routes'
    | 'user'
    | 'password'
    | 'token'
    | 'ignored'
  >
> = {
  c: 'config',
  config: 'config',
  n: 'name',
  name: 'name',
  server_name: 'name',
  p: 'port',
  port: 'port',
  m: 'monitor',
  http_port: 'monitor',
  cluster_name: 'clusterName',
  cluster: 'cluster',
  cluster_listen: 'cluster',
  routes: 'routes',
  user: 'user',
  pass: 'password',
  auth: 'token',
  ...Object.fromEntries(
    [
      'a',
      'addr',
      'net',
      'ms',
      'https_port',
      'sd',
      'store_dir',
      'l',
      'log',
      'P',
      'pid',
      'r',
      'remote_syslog',
      'client_advertise',
      'cluster_advertise',
      'connect_retries',
      'profile',
      'ports_file_dir',
      'log_size_limit',
      'max_payload',
    ].map((name) => [name, 'ignored'] as const),
  ),
};
const FLAGS = [
  'D',
  'debug',
  'V',
  'trace',
  'VV',
  'DV',
  'DVV',
  'T',
  'logtime',
  's',
  'syslog',
  'no_advertise',
  'force_new_cluster',
];

/** Reads the arguments of nats-server. */
export function serverArguments(words: readonly string[]): ServerArguments {
  const found: ServerArguments = { jetstream: false, routes: [], unknown: [] };
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    const [, option, given] = /^--?([A-Za-z_-]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (option === undefined) continue;
    const name = option.replaceAll('-', '_');
    if (['js', 'jetstream'].includes(name)) found.jetstream = given !== 'false';
    else if (FLAGS.includes(option)) continue;
    else {
      const field = VALUES[name];
      if (field === undefined) {
        found.unknown.push(word);
        continue;
      }
      const value = given ?? words[i + 1] ?? '';
      if (given === undefined) i += 1;
      if (field === 'ignored') continue;
      if (field === 'port' || field === 'monitor') found[field] = Number(value);
      else if (field === 'routes') found.routes = value.split(',').map((one) => one.trim());
      else found[field] = value;
    }
  }
  return found;
}

/** The configuration with what the command line says in its place. */
export function withArguments(config: ServerConfig, given: ServerArguments): ServerConfig {
  const { name, port, monitor, jetstream, clusterName, cluster, routes, user, password, token } = given;
  const isClustered = clusterName !== undefined || cluster !== undefined || routes.length > 0;
  const login = user ?? (token === undefined ? undefined : 'app');
  return {
    ...config,
    ...(name === undefined ? {} : { name }),
    ...(port === undefined ? {} : { client: { ...config.client, port } }),
    ...(monitor === undefined ? {} : { monitor: { host: '', port: monitor } }),
    ...(jetstream && config.jetstream === false ? { jetstream: {} } : {}),
    ...(isClustered
      ? {
          cluster: {
            ...config.cluster,
            routes:
              routes.length === 0
                ? (config.cluster?.routes ?? [])
                : routes.flatMap((url) => routeOf(url, config)),
            ...(clusterName === undefined ? {} : { name: clusterName }),
          },
        }
      : {}),
    ...(login === undefined
      ? {}
      : {
          accounts: [
            {
              name: '$G',
              system: false,
              jetstream: jetstream || config.jetstream !== false,
              users: [{ name: login, proof: { password: password ?? token ?? login } }],
              seen: [],
              fields: {},
            },
          ],
        }),
  };
}

function routeOf(url: string, { place }: ServerConfig) {
  const [, host = '', port = '6222'] =
    /^(?:[a-z-]+:\/\/)?(?:.*@)?(\[[^\]]+\]|[^:/@]+)(?::(\d+))?/i.exec(url) ?? [];
  return host === '' ? [] : [{ host, port: Number(port), place }];
}
