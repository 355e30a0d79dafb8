import { notThere } from '../../resolve/addresses.ts';
import { entriesOf, field, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const serviceHealth: EnvironmentRule = {
  name: 'services/health',
  demand: 'A health check by http or tcp is of a port that the service has.',
  check({ value, inventory, complaints }) {
    for (const [name, body] of entriesOf(field(value, 'services'))) {
      const health = field(body, 'health');
      const kind = textOf(field(health, 'kind'));
      if (kind !== 'http' && kind !== 'tcp') continue;
      const at = `${child('/services', name)}/health`;
      const port = textOf(field(health, 'port'));
      const ports = inventory.services.get(name)?.ports ?? [];
      if (port !== undefined && !ports.includes(port))
        complaints.error(`${at}/port`, notThere('port', port, ports, name));
      if (port === undefined && ports.length !== 1)
        complaints.error(
          at,
          ports.length === 0
            ? `${name} has no ports, so ${kind} has nothing to ask; expected \`ports\` above`
            : `${name} has several ports: expected \`port\` with one of ${ports.join(', ')}`,
        );
    }
  },
};
