import { notThere } from '../../resolve/addresses.ts';
import { entriesOf, field, itemsOf, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

/** Roles that every service has. */
const TAKEN = ['any', 'minority', 'majority', 'all'];

export const serviceRoles: EnvironmentRule = {
  name: 'services/roles',
  demand: 'A role is asked for at a port that the service has, and has a name of its own.',
  check({ value, inventory, complaints }) {
    for (const [name, body] of entriesOf(field(value, 'services'))) {
      const roles = field(body, 'roles');
      const kind = textOf(field(roles, 'kind'));
      if (kind === undefined) continue;
      const at = `${child('/services', name)}/roles`;
      const port = textOf(field(roles, 'port'));
      const ports = inventory.services.get(name)?.ports ?? [];
      if (port !== undefined && !ports.includes(port))
        complaints.error(`${at}/port`, notThere('port', port, ports, name));
      if (kind !== 'command' && ports.length === 0)
        complaints.error(at, `${name} has no ports, so ${kind} has nothing to ask; expected \`ports\` above`);
      itemsOf(field(roles, 'names')).forEach((role, i) => {
        if (TAKEN.includes(textOf(role) ?? ''))
          complaints.error(`${at}/names/${i}`, `@${textOf(role) ?? ''} is a role of every service already`);
      });
    }
  },
};
