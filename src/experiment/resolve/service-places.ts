import { notThere } from './addresses.ts';
import { field, textOf } from '../source/lenient.ts';
import type { Inventory } from './inventory.ts';
import { replicasOfService, serviceOf } from './services.ts';

export type PlaceProblem = readonly [field: string, message: string];

/**
 * What is wrong with a place: fields `service`, `port` and `url`, of which `service` or `url` is given. Whether there is such a service
 * is another matter.
 *
 * @param protocols of an address
 * @param one whether exactly one replica must be meant
 */
export function placeProblems(
  place: unknown,
  inventory: Inventory,
  { protocols, one = false }: { protocols: readonly string[]; one?: boolean },
): PlaceProblem[] {
  const [service, url, port] = ['service', 'url', 'port'].map((name) => textOf(field(place, name)));
  if (url !== undefined) {
    const isGood = URL.canParse(url) && protocols.includes(new URL(url).protocol.slice(0, -1));
    const bad: PlaceProblem[] = isGood
      ? []
      : [['url', `"${url}" is no address; expected such as ${protocols[0] ?? ''}://127.0.0.1:8080`]];
    return port === undefined
      ? bad
      : [...bad, ['port', 'an address says its port itself; port is one of a service']];
  }
  if (service === undefined) return [['service', 'expected where it is: a `service`, or a `url`']];
  const name = serviceOf(service, inventory);
  const entry = name === undefined ? undefined : inventory.services.get(name);
  if (name === undefined || entry === undefined) return [];
  const problems: PlaceProblem[] = [];
  if (port !== undefined && !entry.ports.includes(port))
    problems.push(['port', notThere('port', port, entry.ports, name)]);
  if (port === undefined && entry.ports.length !== 1)
    problems.push([
      'service',
      entry.ports.length === 0
        ? `${name} has no ports; expected \`ports\` of it in the environment`
        : `${name} has several ports: expected \`port\` with one of ${entry.ports.join(', ')}`,
    ]);
  const replicas = replicasOfService(name, inventory.services);
  if (one && service === name && replicas.length > 1)
    problems.push([
      'service',
      `${name} has ${replicas.length} replicas: expected one of ${replicas.join(', ')}`,
    ]);
  return problems;
}
