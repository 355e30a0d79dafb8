import { nodeAddresses } from '../../resolve/addresses.ts';
import { replicasOfService } from '../../resolve/services.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

/** What addresses and placeholders call other things. */
const TAKEN = ['nats', 'client', 'clients', 'toxiproxy'];

export const serviceNames: EnvironmentRule = {
  name: 'services/names',
  demand: 'A service, and each of its replicas, has a name that nothing else has.',
  check({ inventory, complaints }) {
    const nodes = nodeAddresses(inventory).map((node) => node.split('/')[1]);
    for (const name of inventory.services.keys()) {
      const at = child('/services', name);
      if (TAKEN.includes(name))
        complaints.error(at, `"${name}" has a meaning of its own; expected another name`, 'key');
      if (inventory.clusters.has(name))
        complaints.error(at, `a cluster is called "${name}" too; expected another name`, 'key');
      const clash = replicasOfService(name, inventory.services)
        .map((replica) => replica.replace('/', '-'))
        .find((replica) => nodes.includes(replica) || inventory.services.has(replica));
      if (clash !== undefined)
        complaints.error(
          at,
          `a replica of it would be called "${clash}", as something else is; expected another name`,
          'key',
        );
    }
  },
};
