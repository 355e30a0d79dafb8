import { dirname, resolve } from 'node:path';
import type { HealthSpec, RolesSpec, ServiceContainerSpec, ServiceSpec } from '../drivers/spec.ts';
import type { LoadedFile } from '../experiment/load.ts';
import type { Environment } from '../experiment/schema/environment.ts';
import type { Service } from '../experiment/schema/environment/service.ts';
import { REDIS_ROLES } from '../experiment/resolve/inventory.ts';
import { fillPlaceholders } from '../support/placeholders.ts';
import { defined } from './defined.ts';

/** The services of an environment with every default filled in; undefined when it has none. */
export function serviceSpecs({
  value,
  file,
}: Pick<LoadedFile<Environment>, 'value' | 'file'>): ServiceSpec[] | undefined {
  const services = Object.entries(value.services);
  if (services.length === 0) return undefined;
  return services.map(([name, service]) => ({
    name,
    command: service.command ?? [],
    replicas: service.replicas,
    ...portsOf(service.ports),
    env: service.env,
    files: service.files,
    links: service.links.map(({ to, as = to, port }) => ({
      as,
      to,
      ...defined({ port: port ?? firstPort(value.services[to]) }),
    })),
    dependsOn: service.dependsOn.filter((other) => other !== 'nats'),
    readyWithinMs: service.readyWithin,
    here: resolve(dirname(file)),
    ...defined({
      protocols: Object.keys(service.protocols).length === 0 ? undefined : service.protocols,
      health: healthSpec(service),
      container: containerSpec(service, resolve(dirname(file))),
      roles: rolesSpec(service),
      reloadSignal: service.reloadSignal,
    }),
  }));
}

/** The first words of the commands of a service, with their places in it. */
export function ownPrograms({ command, health, roles }: Service): { at: string; program: string }[] {
  const commands = [
    { at: 'command', words: command },
    { at: 'health/command', words: health?.kind === 'command' ? health.command : undefined },
    { at: 'roles/command', words: roles?.kind === 'command' ? roles.command : undefined },
  ];
  return commands.flatMap(({ at, words: [program] = [] }) =>
    program === undefined ? [] : [{ at: `${at}/0`, program }],
  );
}

/** `free:6379` is a free port whose place in a container is known. */
function portsOf(ports: Service['ports']): Pick<ServiceSpec, 'ports' | 'inContainer'> {
  const inside = Object.entries(ports).flatMap(([name, port]) =>
    typeof port === 'string' && port !== 'free' ? [[name, Number(port.slice('free:'.length))] as const] : [],
  );
  return {
    ports: Object.fromEntries(
      Object.entries(ports).map(([name, port]) => [name, typeof port === 'number' ? port : 'free']),
    ),
    ...(inside.length === 0 ? {} : { inContainer: Object.fromEntries(inside) }),
  };
}

function containerSpec(service: Service, here: string): ServiceContainerSpec | undefined {
  const { image, imageCommand, command = [], build } = service;
  if (build !== undefined) {
    const own = ownPrograms(service).map(({ program }) => fillPlaceholders(program, { here }));
    const programs = [...new Set([...own, ...build.programs])];
    return { image: '', command, build: { programs, copy: build.copy.map((path) => resolve(here, path)) } };
  }
  return image === undefined ? undefined : { image, ...defined({ command: imageCommand }) };
}

/** Without a check of its own, a service is healthy when its first port accepts a connection. */
function healthSpec(service: Service): HealthSpec | undefined {
  const { health } = service;
  const port = firstPort(service);
  if (health?.kind === 'command') return health;
  if (port === undefined) return undefined;
  return health === undefined ? { kind: 'tcp', port } : { ...health, port: health.port ?? port };
}

/** Of Redis the roles are known. */
function rolesSpec(service: Service): RolesSpec | undefined {
  const { roles } = service;
  if (roles === undefined || roles.kind === 'command') return roles;
  const port = roles.port ?? firstPort(service) ?? '';
  return roles.kind === 'http'
    ? { ...roles, port }
    : { kind: 'redis', port, names: [...REDIS_ROLES], ...defined({ password: roles.password }) };
}

function firstPort(service: Service | undefined): string | undefined {
  return Object.keys(service?.ports ?? {})[0];
}
