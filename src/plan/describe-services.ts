import type { EnvironmentSpec, HealthSpec, ServiceSpec } from '../drivers/spec.ts';

/** What runs beside NATS, one line for each service. */
export function describeServices(
  { services = [] }: Pick<EnvironmentSpec, 'services'>,
  driver: string,
): string[] {
  return services.map((service) => {
    const { name, replicas, ports, links, dependsOn } = service;
    const listens = Object.entries(ports).map(
      ([use, port]) => `${use} ${port === 'free' ? 'free' : `${port}..`}`,
    );
    return [
      `${name}: ${replicas === 1 ? 'one replica' : `${replicas} replicas`} of ${programText(service, driver)}`,
      ...(listens.length === 0 ? [] : [`ports ${listens.join(', ')}`]),
      ...(links.length === 0 ? [] : [`linked to ${links.map(({ to }) => to).join(', ')}`]),
      ...(dependsOn.length === 0 ? [] : [`after ${dependsOn.join(', ')}`]),
      describeHealth(service),
    ].join('; ');
  });
}

function programText({ command, container }: ServiceSpec, driver: string): string {
  if (driver !== 'docker' || container === undefined) return `\`${command.join(' ')}\``;
  if (container.build !== undefined) return `an image made here, with \`${command.join(' ')}\``;
  const given = container.command === undefined ? '' : ` with \`${container.command.join(' ')}\``;
  return `the image ${container.image}${given}`;
}

function describeHealth({ health }: Pick<ServiceSpec, 'health'>): string {
  return health === undefined ? 'healthy while it runs' : `healthy by ${healthText(health)}`;
}

function healthText(health: HealthSpec): string {
  switch (health.kind) {
    case 'http':
      return `status ${health.status} of ${health.path} on ${health.port}`;
    case 'tcp':
      return `a connection on ${health.port}`;
    case 'command':
      return `\`${health.command.join(' ')}\``;
  }
}
