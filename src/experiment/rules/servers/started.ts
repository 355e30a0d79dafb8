import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const started: EnvironmentRule = {
  name: 'servers/started',
  demand: 'An environment whose servers the runner starts names a nats-server and gives no addresses.',
  check({ value, complaints }) {
    if (originOfServers(value) !== 'started') return;
    if (field(value, 'nats') === undefined && field(value, 'clusters') !== undefined) {
      complaints.error(
        '',
        '"nats" is missing: the nats-server to run, such as "2.12"; or `attach`, for servers that run already; or `compose`, for a compose file',
      );
    }
    for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
      if (field(body, 'servers') === undefined) continue;
      complaints.error(
        `${child('/clusters', cluster)}/servers`,
        'only servers that run already have an address: expected `attach` at the top of the file, or no `servers`',
        'key',
      );
    }
  },
};
