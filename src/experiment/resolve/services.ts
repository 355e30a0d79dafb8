import { didYouMean } from '../source/suggest.ts';
import { field, itemsOf, numberOf, textOf } from '../source/lenient.ts';
import type { Inventory } from './inventory.ts';

/** Roles of all replicas: those of nodes that the state of servers does not decide. */
const ROLES = ['any', 'minority', 'majority', 'all'];

/** Service → the most replicas that a method scales it to. */
export function mostReplicas(method: unknown): Map<string, number> {
  const most = new Map<string, number>();
  for (const phase of itemsOf(method))
    for (const action of itemsOf(field(phase, 'actions'))) {
      const service = textOf(field(action, 'service'));
      const replicas = numberOf(field(action, 'replicas'));
      if (field(action, 'kind') === 'scale' && service !== undefined && replicas !== undefined)
        most.set(service, Math.max(most.get(service) ?? 0, replicas));
    }
  return most;
}

/** What an environment names when a method that scales services runs on it: replicas that are there only then count. */
export function whenScaled(inventory: Inventory, experiment: unknown): Inventory {
  const most = mostReplicas(field(experiment, 'method'));
  return {
    ...inventory,
    services: new Map(
      [...inventory.services].map(([name, entry]) => [
        name,
        { ...entry, replicas: Math.max(entry.replicas, most.get(name) ?? 0) },
      ]),
    ),
  };
}

/** `service/1` of every replica of one service; empty for an unknown one. */
export function replicasOfService(name: string, services: Inventory['services']): string[] {
  const count = Math.min(services.get(name)?.replicas ?? 0, 100);
  return Array.from({ length: count }, (_, i) => `${name}/${i + 1}`);
}

/** The service that an address is about: `api`, `api/1`, `api-1`, `api@any`; undefined when it is about none. */
export function serviceOf(address: string, { services }: Inventory): string | undefined {
  const [name = ''] = address.split(/[/@]/);
  if (services.has(name)) return name;
  return [...services.keys()].find((one) =>
    replicasOfService(one, services).some((replica) => replica.replace('/', '-') === address),
  );
}

/** Why an address about a service names no replicas, or null when it names some. */
export function replicaProblem(address: string, service: string, { services }: Inventory): string | null {
  const replicas = replicasOfService(service, services);
  const [path = '', role] = address.split('@');
  if (role === undefined) {
    if (path === service || replicas.some((one) => one === path || one.replace('/', '-') === path))
      return null;
    const known = replicas.length === 1 ? `only ${replicas[0] ?? ''}` : replicas.join(', ');
    return `there is no replica "${path}"; ${service} has ${known}`;
  }
  if (path !== service) return `@${role} is a role of a service: expected ${service}@${role}`;
  if (/^([1-9]\d?|100)%$/.test(role)) return null;
  const own = services.get(service)?.roles ?? [];
  if (own.includes(role)) return null;
  if (!ROLES.includes(role)) {
    const known = [...own, ...ROLES];
    const expected =
      own.length > 0
        ? `${service} has @${known.join(', @')}, or a share such as @50%`
        : `a service without \`roles\` has @${ROLES.join(', @')}, or a share such as @50%`;
    return `there is no role "@${role}" of ${own.length > 0 ? service : 'a service'}${didYouMean(role, known) || `; ${expected}`}`;
  }
  return role === 'minority' && replicas.length < 3
    ? `${service} has ${replicas.length} ${replicas.length === 1 ? 'replica' : 'replicas'}, of which no minority can be taken`
    : null;
}
