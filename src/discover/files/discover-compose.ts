import { existsSync, statSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { parseConf } from '../../conf/parse.ts';
import type { ConfMap } from '../../conf/value.ts';
import type { DiscoveredSystem, Note } from '../model.ts';
import { serverArguments, withArguments, type ServerArguments } from './arguments.ts';
import { composeServices, type ComposeService } from './compose-file.ts';
import { uniqueNotes } from './discover-configurations.ts';
import { serverConfig, type ServerConfig } from './server-config.ts';
import { filesAround, readConf } from './surroundings.ts';
import { systemOfConfigs, type ConfiguredServer } from './system-of-configs.ts';

export interface DiscoveredCompose {
  system: DiscoveredSystem;
  /** The release in the tag of the image; undefined where it names none. */
  image?: string;
  /** Inside the containers. */
  clientPort: number;
  monitorPort: number;
  /** Why the file cannot be brought up for a run as it is; left out: it can. */
  problem?: string;
}

/** Images of nats-server: `nats`, `nats:2.12-alpine`, `docker.io/library/nats`, `registry/nats-server:1`. */
const SERVER_IMAGE = /(^|\/)(nats|nats-server|nats-streaming)(:[\w.-]+)?(@sha256:.*)?$/;
const STREAMING = /nats-streaming/;
/** What the official image does when it is given no arguments. */
const IMAGE_CONFIG = 'port: 4222\nmonitor_port: 8222\ncluster { port: 6222 }\n';

/**
 * The system that compose files start, with the configurations that its services read.
 *
 * @throws ChaosError `invalid` for a file that cannot be read, with its place
 */
export function discoverCompose(
  files: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): DiscoveredCompose {
  const notes: Note[] = [];
  const found = files.flatMap((file) => serversIn(file, env, cwd, notes));
  const servers = found.flatMap(({ server }) => server ?? []);
  const services = found.map(({ service }) => service);
  const system = systemOfConfigs(servers, notes);
  const problem = files.length > 1 ? SEVERAL : problemOf(servers);
  const image = services.map((service) => releaseOf(service.image)).find((one) => one !== undefined);
  const [first] = servers;
  system.notes = uniqueNotes(notes);
  letEverybodyIn(system);
  return {
    system,
    clientPort: first?.config.client.port ?? 4222,
    monitorPort: first?.config.monitor.port ?? 8222,
    ...(image === undefined ? {} : { image }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** A server without accounts lets in whoever comes, and an account of an environment has a user. */
function letEverybodyIn({ accounts }: DiscoveredSystem): void {
  const taken = new Set(accounts.flatMap(({ users }) => users.map(({ name }) => name)));
  for (const account of accounts) {
    if (account.users.length > 0 || account.system) continue;
    const name = ['app', 'anybody', `user-of-${account.name}`].find((one) => !taken.has(one)) ?? account.name;
    taken.add(name);
    account.users.push({ name, proof: { password: name } });
    if (account.name === '$G') account.remark = NO_LOGIN;
  }
}

/** Of an account whose servers let everybody in. */
export const NO_LOGIN = 'the servers ask for no login';

const SEVERAL = 'an environment brings up one compose file, and several were given';

/** The services of one file that run nats-server. */
function serversIn(
  file: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
  notes: Note[],
): { service: ComposeService; server?: ConfiguredServer }[] {
  const shown = relative(cwd, file);
  const services = composeServices(file, env, cwd).filter(isServer);
  if (services.length === 0)
    notes.push({ where: `${shown}:1`, text: 'no service of this file is a nats-server' });
  return services.map((service) => {
    const where = `${shown}:${service.line}`;
    if (STREAMING.test(service.image)) {
      notes.push({ where, text: `${service.name} is NATS Streaming, which is no nats-server` });
      return { service };
    }
    if (service.replicas > 1)
      notes.push({
        where,
        text: `${service.name} has ${service.replicas} replicas, of which one is stated`,
      });
    return { service, server: serverOf(service, where, cwd, notes) };
  });
}

export function isServer({ image, command, entrypoint }: ComposeService): boolean {
  if (SERVER_IMAGE.test(image)) return true;
  return [...entrypoint, ...command].some((word) => /(^|\/)nats-server$/.test(word));
}

function serverOf(service: ComposeService, where: string, cwd: string, notes: Note[]): ConfiguredServer {
  const words = [...service.entrypoint, ...service.command];
  const given = serverArguments(words);
  for (const word of given.unknown)
    notes.push({ where, text: `${service.name}: the argument ${word} is not known` });
  const config = withArguments(configOf(service, given, where, cwd, notes), given);
  const label = config.name ?? service.name;
  return { config, label, hosts: service.hosts, service: service.name };
}

function configOf(
  service: ComposeService,
  { config }: ServerArguments,
  where: string,
  cwd: string,
  notes: Note[],
): ServerConfig {
  const around = filesAround({ ...service.environment, HOSTNAME: service.hosts.at(-1) }, cwd, notes);
  const inline = config === undefined ? undefined : service.texts.get(config);
  const read = (): ConfMap => {
    if (inline !== undefined) return parseConf(inline, where.replace(/:\d+$/, ` (${config ?? ''})`), around);
    if (config === undefined) {
      const text = service.command.length === 0 ? IMAGE_CONFIG : '';
      return parseConf(text, `${where} (built in)`, around);
    }
    const path = hostPath(config, service);
    if (path === undefined) {
      notes.push({
        where,
        text: `${service.name} reads ${config}, which is in its image or a volume: it is not read`,
      });
      return parseConf('', where, around);
    }
    return readConf(path, around, cwd);
  };
  return serverConfig(read(), notes);
}

/** Where a file of a container is on this machine; undefined when the compose file does not say it. */
function hostPath(path: string, { files }: ComposeService): string | undefined {
  const full = path.startsWith('/') ? path : posix.join('/', path);
  for (const [inside, host] of files) {
    const target = inside.replace(/\/+$/, '');
    if (full === target) return isFile(host) ? host : undefined;
    if (!full.startsWith(`${target}/`)) continue;
    const below = join(host, full.slice(target.length + 1));
    if (isFile(below)) return below;
  }
  return undefined;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** `2.12` of `nats:2.12-alpine`. */
function releaseOf(image: string): string | undefined {
  return /:v?(\d+\.\d+(?:\.\d+)?)/.exec(image)?.[1];
}

function problemOf(servers: readonly ConfiguredServer[]): string | undefined {
  const names = (all: readonly ConfiguredServer[]): string =>
    all.map(({ service = '' }) => service).join(', ');
  const nameless = servers.filter(({ config }) => config.name === undefined);
  if (nameless.length > 0)
    return `the compose file cannot be brought up for a run as it is: ${names(nameless)} would call itself by another name each time; give it --name or server_name`;
  const unmonitored = servers.filter(({ config }) => config.monitor.port === null);
  if (unmonitored.length > 0)
    return `the compose file cannot be brought up for a run as it is: ${names(unmonitored)} has no monitoring endpoint; give it http_port`;
  const ports = (of: (server: ConfiguredServer) => number | null) => new Set(servers.map(of)).size;
  if (ports(({ config }) => config.client.port) > 1 || ports(({ config }) => config.monitor.port) > 1)
    return 'the compose file cannot be brought up for a run as it is: its servers listen on different ports inside their containers';
  return undefined;
}
