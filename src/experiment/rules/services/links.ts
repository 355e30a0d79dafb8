import { notThere } from '../../resolve/addresses.ts';
import { entriesOf, field, itemsOf, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const serviceLinks: EnvironmentRule = {
  name: 'services/links',
  demand:
    'A link of a service leads to another one, to a port that this one has; no two links have one name.',
  check({ value, inventory, complaints }) {
    for (const [name, body] of entriesOf(field(value, 'services'))) {
      const names = new Set<string>();
      const ends = new Set<string>();
      itemsOf(field(body, 'links')).forEach((link, i) => {
        const at = `${child('/services', name)}/links/${i}`;
        const to = textOf(field(link, 'to'));
        if (to === undefined) return;
        const port = textOf(field(link, 'port'));
        const as = textOf(field(link, 'as')) ?? to;
        if (to === name && (inventory.services.get(name)?.replicas ?? 1) < 2)
          complaints.error(`${at}/to`, `this link leads from ${name} to itself, which has one replica`);
        const problem = portProblem(to, port, inventory);
        if (problem !== null) complaints.error(port === undefined ? at : `${at}/port`, problem);
        if (ends.has(`${to} ${port ?? ''}`)) complaints.error(at, `${name} has such a link to ${to} already`);
        else if (names.has(as))
          complaints.error(at, `another link of ${name} is called "${as}" too; say \`as\` with another word`);
        names.add(as);
        ends.add(`${to} ${port ?? ''}`);
      });
    }
  },
};

function portProblem(
  to: string,
  port: string | undefined,
  { clusters, services }: Parameters<EnvironmentRule['check']>[0]['inventory'],
): string | null {
  if (clusters.has(to))
    return port === undefined ? null : `${to} is a cluster, whose client port is meant; expected no port`;
  const ports = services.get(to)?.ports;
  // A name that is neither is an error of its own.
  if (ports === undefined) return null;
  if (port !== undefined) return ports.includes(port) ? null : notThere('port', port, ports, to);
  if (ports.length === 1) return null;
  return ports.length === 0
    ? `${to} has no ports that a link could lead to`
    : `${to} has several ports: expected \`port\` with one of ${ports.join(', ')}`;
}
