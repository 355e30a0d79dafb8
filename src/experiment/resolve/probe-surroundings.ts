import type { ProbeSurroundings } from '../../probes/index.ts';
import { field, itemsOf, numberOf, textOf } from '../source/lenient.ts';
import type { Inventory } from './inventory.ts';
import { serviceOf } from './services.ts';

/** Actions after which a stream may have more replicas than the environment says. */
const CHANGES_REPLICAS = ['scale-replicas', 'update-stream', 'move-stream', 'peer-remove', 'remove-node'];

/** What an experiment and its environment say of the things that probes read. */
export function probeSurroundings(experiment: unknown, inventory: Inventory): ProbeSurroundings {
  const actions = itemsOf(field(experiment, 'method')).flatMap((phase) => itemsOf(field(phase, 'actions')));
  return {
    replicas(stream) {
      const changes = actions.some(
        (action) =>
          CHANGES_REPLICAS.includes(textOf(field(action, 'kind')) ?? '') &&
          field(action, 'stream') === stream,
      );
      return changes || inventory.attached ? undefined : inventory.streams.get(stream)?.replicas;
    },
    nodes(endpoint) {
      const cluster = inventory.clusters.get(endpoint);
      if (cluster !== undefined) return cluster.nodes.length;
      const [name = '', node = ''] = (textOf(endpoint) ?? '').split('/');
      return inventory.clusters.get(name)?.nodes.includes(node) === true ? 1 : undefined;
    },
    replicasOfService: (service) =>
      inventory.services.get(service)?.replicas ??
      (serviceOf(service, inventory) === undefined ? undefined : 1),
    count: (workload) => numberOf(field(field(field(experiment, 'workloads'), workload), 'count')),
  };
}
