import { notThere } from '../../resolve/addresses.ts';
import { entriesOf, field, itemsOf, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const serviceDependencies: EnvironmentRule = {
  name: 'services/dependencies',
  demand: 'A service depends on other services that exist, and not on itself by way of them.',
  check({ value, inventory, complaints }) {
    const services = entriesOf(field(value, 'services'));
    const known = [...inventory.services.keys()];
    const dependencies = new Map(
      services.map(([name, body]) => [
        name,
        textsOf(field(body, 'dependsOn')).filter((one) => known.includes(one)),
      ]),
    );
    for (const [name, body] of services) {
      itemsOf(field(body, 'dependsOn')).forEach((other, i) => {
        const at = `${child('/services', name)}/dependsOn/${i}`;
        if (typeof other !== 'string' || other === 'nats') return;
        if (!known.includes(other)) {
          complaints.error(
            at,
            notThere('service', other, ['nats', ...known.filter((one) => one !== name)], inventory.name),
          );
          return;
        }
        const circle = pathTo(name, other, dependencies);
        if (circle !== null)
          complaints.error(
            at,
            `${[name, ...circle].join(' depends on ')}: none of them could be started first`,
          );
      });
    }
  },
};

/** The shortest way by dependencies from one service to another, both included; null when there is none. */
function pathTo(
  wanted: string,
  from: string,
  dependencies: ReadonlyMap<string, readonly string[]>,
): string[] | null {
  const paths = [[from]];
  const seen = new Set([from]);
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    const last = path.at(-1) ?? '';
    if (last === wanted) return path;
    for (const next of dependencies.get(last) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return null;
}
