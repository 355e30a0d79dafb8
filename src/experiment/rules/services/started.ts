import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import type { EnvironmentRule } from '../rule.ts';

export const servicesStarted: EnvironmentRule = {
  name: 'services/started',
  demand: 'Only an environment whose servers the runner starts has services.',
  check({ value, complaints }) {
    if (originOfServers(value) === 'started' || entriesOf(field(value, 'services')).length === 0) return;
    complaints.error(
      '/services',
      'services are started by the runner beside servers that it starts too: expected no `attach` and no `compose`, or no `services`',
      'key',
    );
  },
};
