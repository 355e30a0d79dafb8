import { basename, dirname, relative, resolve } from 'node:path';
import type { Json } from '../../support/json.ts';
import { asStarted } from '../as-started.ts';
import type { DiscoveredService, DiscoveredSystem, Note } from '../model.ts';
import { composeServices, type ComposeService } from './compose-file.ts';
import { References, type Target } from './compose-references.ts';
import { discoverCompose, isServer, NO_LOGIN } from './discover-compose.ts';

export interface DiscoveredApplication {
  system: DiscoveredSystem;
  /** The release of nats-server in the tag of its image. */
  image?: string;
}

const POSTGRESQL = /(^|\/)postgres[\w-]*(:|@|$)/;

/** Where the services of some images listen, if nothing else says it. */
const USUAL_PORTS: readonly (readonly [image: RegExp, port: number])[] = [
  [/(^|\/)(redis|valkey)[\w-]*(:|@|$)/, 6379],
  [POSTGRESQL, 5432],
  [/(^|\/)(mysql|mariadb)[\w-]*(:|@|$)/, 3306],
  [/(^|\/)mongo(:|@|$)/, 27_017],
  [/(^|\/)(nginx|httpd|traefik)(:|@|$)/, 80],
  [/(^|\/)prometheus(:|@|$)/, 9090],
];

/**
 * A whole application that a compose file starts: its servers of NATS as clusters, all else as services, linked with what their
 * environment variables and commands name.
 *
 * @throws ChaosError `invalid` for a file that cannot be read, with its place
 */
export function discoverApplication(
  file: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
): DiscoveredApplication {
  const all = composeServices(file, env, cwd);
  const found = discoverCompose([file], env, cwd);
  const system = asStarted(found.system);
  const others = all.filter((service) => !isServer(service));
  const notes = system.notes.filter(({ text }) => text !== 'no service of this file is a nats-server');
  if (system.clusters.length === 0) {
    system.clusters.push({ name: 'nats', nodes: [{ name: 'n1' }], jetstream: true, versions: [] });
    notes.push({
      text: 'the compose file has no nats-server; an environment has one, which nobody uses here',
    });
  }
  const open = system.accounts.find(({ remark }) => remark === NO_LOGIN)?.users[0];
  const services = servicesOf(all, others, system, { file, cwd, clientPort: found.clientPort, notes });
  return {
    // Services of such servers give no login.
    system: { ...system, services, notes, ...(open === undefined ? {} : { noAuthUser: open.name }) },
    ...(found.image === undefined ? {} : { image: found.image }),
  };
}

interface Around {
  file: string;
  cwd: string;
  clientPort: number;
  notes: Note[];
}

function servicesOf(
  all: readonly ComposeService[],
  others: readonly ComposeService[],
  system: DiscoveredSystem,
  around: Around,
): DiscoveredService[] {
  const ports = new Map(others.map((service) => [service.name, portsOf(service, all)]));
  const targets: Target[] = [
    ...system.clusters.map((cluster): Target => {
      const names = cluster.nodes.map(({ name, service }) => service ?? name);
      const hosts = names.map((name) => all.find((one) => one.name === name)?.hosts ?? [name]);
      return {
        to: cluster.name,
        kind: 'cluster',
        hosts,
        ports: [around.clientPort],
        portName: () => undefined,
      };
    }),
    ...others.map((service): Target => {
      const own = ports.get(service.name) ?? [];
      const portName = (port: number): string | undefined => (own.length === 1 ? undefined : `p${port}`);
      return { to: service.name, kind: 'service', hosts: [service.hosts], ports: own, portName };
    }),
  ];
  const names = new Set(others.map(({ name }) => name));
  return others.map((service) => {
    const where = `${relative(around.cwd, around.file)}:${service.line}`;
    const own = targets.filter(({ to }) => to !== service.name);
    const references = new References(own);
    const found = serviceOf(service, ports.get(service.name) ?? [], references, names, { ...around, where });
    for (const { to } of references.links.values()) {
      const { replicas = 1 } = others.find(({ name }) => name === to) ?? {};
      if (replicas > 1)
        around.notes.push({
          where,
          text: `${service.name} names ${to}, which has ${replicas} replicas: the first one is meant, as \${link.${to}.1}; \${link.${to}} is all of them`,
        });
    }
    return found;
  });
}

/** What it says itself, what others call it with, or what its image is known for. */
function portsOf(service: ComposeService, all: readonly ComposeService[]): number[] {
  if (service.ports.length > 0) return service.ports;
  const texts = all.flatMap(({ environment, command }) => [...Object.values(environment), ...command]);
  const named = texts.flatMap((text) =>
    [...text.matchAll(/(?<![\w.-])([A-Za-z][\w.-]*):(\d{2,5})(?![\w.])/g)].flatMap(([, host = '', port]) =>
      service.hosts.includes(host) ? [Number(port)] : [],
    ),
  );
  if (named.length > 0) return [...new Set(named)];
  return USUAL_PORTS.flatMap(([image, port]) => (image.test(service.image) ? [port] : [])).slice(0, 1);
}

function serviceOf(
  service: ComposeService,
  ports: readonly number[],
  references: References,
  services: ReadonlySet<string>,
  { file, where, notes }: Around & { where: string },
): DiscoveredService {
  const { name, replicas, environment, command, entrypoint, dependsOn, build } = service;
  const note = (text: string): void => void notes.push({ where, text: `${name} ${text}` });
  const env = references.variables(environment);
  const words = references.words(command);
  const image = service.image === '' ? `${basename(dirname(resolve(file)))}-${name}` : service.image;
  if (service.image === '')
    note(`is built${build === '' ? '' : ` from ${build}`}: build it first (docker compose build ${name})`);
  if (entrypoint.length > 0)
    note('has an entrypoint of its own, which an environment cannot state: that of its image runs');
  for (const [inside, outside] of service.files)
    note(
      `mounts ${outside} at ${inside}, which is not stated: give its content under \`files\`, which are in \${data}`,
    );
  const portName = (port: number): string => (ports.length === 1 ? 'main' : `p${port}`);
  const links = [...references.links.values()].map(({ to, port, as }) => ({
    to,
    ...(port === undefined ? {} : { port }),
    ...(as === to ? {} : { as }),
  }));
  const needed = [...new Set(dependsOn.map((one) => (services.has(one) ? one : 'nats')))];
  const health = healthOf(service.healthTest, ports, portName);
  const fields: Record<string, Json> = {
    image,
    ...(words.length === 0 ? {} : { imageCommand: words }),
    ...(replicas === 1 ? {} : { replicas }),
    ...(ports.length === 0
      ? {}
      : { ports: Object.fromEntries(ports.map((port) => [portName(port), `free:${port}`])) }),
    ...(POSTGRESQL.test(image) && ports.includes(5432)
      ? { protocols: { [portName(5432)]: 'postgresql' } }
      : {}),
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(links.length === 0 ? {} : { links }),
    ...(needed.length === 0 ? {} : { dependsOn: needed }),
    ...(health === undefined ? {} : { health }),
  };
  return { name, fields };
}

const WEB_CHECK =
  /\b(?:curl|wget)\b.*\bhttps?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(\d+))?(\/[^\s"'|&;]*)?/;

/** A question by curl or wget is asked by the runner, also where the image has neither. */
function healthOf(
  [how = '', ...words]: readonly string[],
  ports: readonly number[],
  portName: (port: number) => string,
): Json | undefined {
  if (words.length === 0) return undefined;
  const [, port = '80', path = '/'] = WEB_CHECK.exec(words.join(' ')) ?? [undefined, ''];
  if (ports.includes(Number(port)))
    return { kind: 'http', ...(ports.length === 1 ? {} : { port: portName(Number(port)) }), path };
  return { kind: 'command', command: how === 'CMD-SHELL' ? ['sh', '-c', words.join(' ')] : [...words] };
}
