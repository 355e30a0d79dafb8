import { entriesOf, field, itemsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const nodeNames: EnvironmentRule = {
  name: 'clusters/node-names',
  demand: 'The name of a node is unique in the environment.',
  check({ value, complaints }) {
    const owners = new Map<string, string>();
    for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
      itemsOf(field(body, 'nodes')).forEach((node, i) => {
        if (typeof node !== 'string') return;
        const owner = owners.get(node);
        // The schema refuses a name that is twice in one list.
        if (owner !== undefined && owner !== cluster) {
          complaints.error(
            `${child('/clusters', cluster)}/nodes/${i}`,
            `a node of ${owner} is called "${node}" too; expected each name once in the environment`,
          );
        }
        owners.set(node, cluster);
      });
    }
  },
};
