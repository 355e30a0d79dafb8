import { isInContainers } from '../../resolve/servers-origin.ts';
import { entriesOf, field, textOf, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const distinctContainers: EnvironmentRule = {
  name: 'containers/distinct',
  demand: 'No two nodes are in the same container: they would be one server, observed twice.',
  check({ value, complaints }) {
    if (!isInContainers(value)) return;
    const owners = new Map<string, string>();
    for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
      for (const node of textsOf(field(body, 'nodes'))) {
        const given = textOf(field(field(body, 'containers'), node));
        const name = given ?? node;
        const other = owners.get(name);
        if (other !== undefined && given !== undefined) {
          complaints.error(
            child(`${child('/clusters', cluster)}/containers`, node),
            `"${name}" is the container of ${other} already`,
          );
        }
        owners.set(name, `${cluster}/${node}`);
      }
    }
  },
};
