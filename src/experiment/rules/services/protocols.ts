import { notThere } from '../../resolve/addresses.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const serviceProtocols: EnvironmentRule = {
  name: 'services/protocols',
  demand: 'A protocol is spoken at a port that the service has.',
  check({ value, inventory, complaints }) {
    for (const [name, body] of entriesOf(field(value, 'services'))) {
      const ports = inventory.services.get(name)?.ports ?? [];
      for (const [port] of entriesOf(field(body, 'protocols')))
        if (!ports.includes(port))
          complaints.error(
            child(`${child('/services', name)}/protocols`, port),
            notThere('port', port, ports, name),
            'key',
          );
    }
  },
};
