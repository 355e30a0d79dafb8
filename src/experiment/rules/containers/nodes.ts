import { unknownNode } from '../../resolve/addresses.ts';
import { isInContainers } from '../../resolve/servers-origin.ts';
import { entriesOf, field, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const containerNodes: EnvironmentRule = {
  name: 'containers/nodes',
  demand: '`containers` is only where servers are in containers, and names only nodes of its cluster.',
  check({ value, complaints }) {
    for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
      const pointer = `${child('/clusters', cluster)}/containers`;
      const named = entriesOf(field(body, 'containers')).map(([node]) => node);
      if (named.length > 0 && !isInContainers(value)) {
        complaints.error(
          pointer,
          'nothing says that the servers are in containers: expected `attach: { docker: ... }` or `compose` at the top of the file',
          'key',
        );
        continue;
      }
      const nodes = textsOf(field(body, 'nodes'));
      for (const node of named.filter((one) => !nodes.includes(one))) {
        complaints.error(child(pointer, node), unknownNode(cluster, node, nodes), 'key');
      }
    }
  },
};
