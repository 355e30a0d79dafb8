import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const compose: EnvironmentRule = {
  name: 'containers/compose',
  demand: 'With `compose`, the environment neither attaches to servers nor configures them.',
  check({ value, complaints }) {
    if (originOfServers(value) !== 'compose') return;
    if (field(value, 'attach') !== undefined) {
      complaints.error(
        '/attach',
        'servers of `compose` are brought up for each run, and attached ones run already; expected one of the two',
        'key',
      );
    }
    for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
      const pointer = child('/clusters', cluster);
      if (field(body, 'config') !== undefined) {
        complaints.error(
          `${pointer}/config`,
          'the compose file says how its servers are configured; leave this out',
          'key',
        );
      }
      for (const [key] of entriesOf(field(body, 'jetstream')).filter(([one]) => one !== 'domain')) {
        complaints.error(
          `${pointer}/jetstream/${key}`,
          'the compose file says how its servers are configured: only `domain` may be stated here',
          'key',
        );
      }
    }
  },
};
