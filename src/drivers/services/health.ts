import type { HealthCheck } from '../../support/health-check.ts';
import { fillPlaceholders } from '../../support/placeholders.ts';
import type { ServiceSpec } from '../spec.ts';
import type { PlacedReplica } from './place.ts';

/** How long a health check may take. */
export const CHECK_MS = 1_000;

/**
 * The health check of a replica, with placeholders filled in; null when a process that runs is all that can be checked.
 *
 * @param ports name of a port → `host:port` at which the runner reaches it
 */
export function healthCheckOf(
  { spec: { health } }: Pick<PlacedReplica, 'spec'>,
  ports: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): HealthCheck | null {
  if (health === undefined) return null;
  if (health.kind === 'command')
    return { kind: 'command', command: health.command.map((word) => fillPlaceholders(word, values)) };
  const [host = '', port = '0'] = (ports[health.port] ?? '').split(':');
  const at = { host, port: Number(port) };
  return health.kind === 'tcp' ? { kind: 'tcp', ...at } : { ...health, ...at };
}

/** The environment variables of a replica, with placeholders filled in. */
export function variablesOf(
  { spec }: { spec: Pick<ServiceSpec, 'env'> },
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(spec.env).map(([name, text]) => [name, fillPlaceholders(text, values)]),
  );
}
