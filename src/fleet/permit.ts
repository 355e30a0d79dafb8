import type { Requirements } from '../plan/requirements.ts';

/** What a worker was started to allow; everything that is not named is off. */
export interface Permit {
  drivers: readonly string[];
  /** Faults and actions that only root can carry out. */
  rootFaults: boolean;
  /** Programs, images and commands that experiments name. */
  commands: boolean;
  /** Absolute paths of binaries of nats-server. */
  binaries: readonly string[];
  /** Addresses that experiments name. */
  addresses: boolean;
  /** Any setting of servers; otherwise only those of `HARMLESS`. */
  serverConfig: boolean;
  /** Absolute paths of folders whose files experiments may name. */
  folders: readonly string[];
}

/** Settings of servers that reach nothing outside of the server: no file, no address, no account. */
const HARMLESS: ReadonlySet<string> = new Set([
  'debug',
  'disable_sublist_cache',
  'lame_duck_duration',
  'lame_duck_grace_period',
  'log_size_limit',
  'logtime',
  'logtime_utc',
  'max_closed_clients',
  'max_connections',
  'max_control_line',
  'max_payload',
  'max_pending',
  'max_subscriptions',
  'max_traced_msg_len',
  'ping_interval',
  'ping_max',
  'trace',
  'write_deadline',
]);

/**
 * What of a plan this worker was not started to allow, in words; empty when it allows all of it.
 *
 * @param own folders of the run itself and of the package, whose files it may always name
 */
export function refusals(asked: Requirements, permit: Permit, own: readonly string[]): string[] {
  const settings = asked.serverConfig.filter((name) => !HARMLESS.has(name));
  const folders = [...own, ...permit.folders];
  const elsewhere = asked.paths.filter((path) => !folders.some((folder) => isBelow(path, folder)));
  const binaries = asked.nats.filter((word) => word.includes('/') && !permit.binaries.includes(word));
  return [
    ...(permit.drivers.includes(asked.driver) ? [] : [`the driver ${asked.driver} (--allow-driver)`]),
    ...listed(!permit.rootFaults, asked.ofRoot, 'what needs root', '--allow-root-faults'),
    ...listed(!permit.commands, asked.commands, 'programs of the experiment', '--allow-commands'),
    ...listed(true, binaries, 'these binaries', '--allow-binary'),
    ...listed(!permit.addresses, asked.addresses, 'addresses of the experiment', '--allow-addresses'),
    ...listed(!permit.serverConfig, settings, 'these settings of servers', '--allow-server-config'),
    ...listed(true, elsewhere, 'files outside of its own folder', '--allow-folder'),
  ];
}

function listed(isOff: boolean, list: readonly string[], what: string, option: string): string[] {
  return isOff && list.length > 0 ? [`${what}: ${list.join(', ')} (${option})`] : [];
}

/** Whether a path is a folder, or below it. Both are absolute; a path with `..` is below nothing. */
function isBelow(path: string, folder: string): boolean {
  if (path.split('/').includes('..')) return false;
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  return path === folder || path.startsWith(base);
}
