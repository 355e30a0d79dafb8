import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const enginePlace: EnvironmentRule = {
  name: 'engines/place',
  demand: 'A cluster names a Docker engine only where it can have one of its own.',
  check({ value, complaints }) {
    const reasons = {
      addresses: 'these servers are found by their addresses, not on an engine; leave this out',
      compose: 'a compose file is brought up on one engine, the one that DOCKER_HOST names; leave this out',
    };
    const origin = originOfServers(value);
    if (origin !== 'addresses' && origin !== 'compose') return;
    for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
      if (field(body, 'docker') === undefined) continue;
      complaints.error(`${child('/clusters', cluster)}/docker`, reasons[origin], 'key');
    }
  },
};
