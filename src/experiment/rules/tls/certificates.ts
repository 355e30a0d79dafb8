import { conditionsOf } from '../../resolve/conditions-of.ts';
import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import type { Pointer } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

/** The fields of faults, actions and probes that name nodes or clusters. */
const PLACES = ['nodes', 'cluster', 'servers'];

export const certificatesNeedTls: ExperimentRule = {
  name: 'tls/certificates',
  demand: 'What is about certificates needs servers whose clients use TLS.',
  check({ value, inventory, complaints }) {
    // Whether servers of others use TLS is not known here; their certificates are not touched anyway.
    if (inventory.attached) return;
    const demand = (at: Pointer, item: unknown, what: string): void => {
      const clusters = PLACES.flatMap((name) => textsOf(field(item, name)).map(clusterOf));
      const without = clusters.find((name) => inventory.tls.get(name)?.includes('clients') === false);
      if (without === undefined) return;
      complaints.error(
        at,
        `${what} needs clients with TLS: expected tls.clients in ${inventory.name}, and ${without} has none`,
      );
    };
    for (const { fault, at } of faultsOfMethod(value))
      if (textOf(field(fault, 'kind')) === 'certificate') demand(at, fault, 'the fault certificate');
    itemsOf(field(value, 'method')).forEach((phase, i) => {
      itemsOf(field(phase, 'actions')).forEach((action, j) => {
        if (textOf(field(action, 'kind')) === 'rotate-certificates')
          demand(`/method/${i}/actions/${j}`, action, 'the action rotate-certificates');
      });
    });
    for (const { item, at } of conditionsOf(value)) {
      if (textOf(field(item, 'kind')) !== 'connect') continue;
      for (const name of ['tls', 'certificate'])
        if (field(item, name) === false)
          demand(`${at}/${name}`, item, 'a client that lacks something of TLS');
    }
  },
};

/** Of `cluster`, `cluster/node`, `cluster@role`, `cluster/stream@role`. */
function clusterOf(address: string): string {
  return /^[^/@]*/.exec(address)?.[0] ?? '';
}
