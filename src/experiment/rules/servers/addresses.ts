import { unknownNode } from '../../resolve/addresses.ts';
import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const addresses: EnvironmentRule = {
  name: 'servers/addresses',
  demand: 'Where servers are attached by address, every node has one, and nothing else does.',
  check({ value, complaints }) {
    if (originOfServers(value) !== 'addresses') return;
    for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
      const pointer = child('/clusters', cluster);
      const nodes = textsOf(field(body, 'nodes'));
      const placed = entriesOf(field(body, 'servers')).map(([name]) => name);
      const lost = nodes.filter((node) => !placed.includes(node));
      if (lost.length > 0) {
        const where = '{ client: "host:4222", monitor: "http://host:8222" }';
        complaints.error(
          pointer,
          `expected \`servers\` with the address of ${lost.join(', ')}, as ${where}`,
          'key',
        );
      }
      for (const name of placed.filter((one) => !nodes.includes(one))) {
        complaints.error(child(`${pointer}/servers`, name), unknownNode(cluster, name, nodes), 'key');
      }
    }
  },
};
