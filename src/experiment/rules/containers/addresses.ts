import { isInContainers } from '../../resolve/servers-origin.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const containerAddresses: EnvironmentRule = {
  name: 'containers/addresses',
  demand: 'Servers in containers have no `servers`: their engine gives their addresses.',
  check({ value, complaints }) {
    if (!isInContainers(value)) return;
    for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
      if (field(body, 'servers') === undefined) continue;
      complaints.error(
        `${child('/clusters', cluster)}/servers`,
        'the engine gives the addresses of its containers; leave this out, or `docker` out of attach',
        'key',
      );
    }
  },
};
