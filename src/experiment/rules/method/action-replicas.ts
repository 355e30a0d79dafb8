import { clusterOf } from '../../resolve/inventory.ts';
import { field, itemsOf, numberOf, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

/** Kinds of actions that say how many replicas something has, the field that names it, and where the number is. */
const SCALING: Record<string, { of: string; at: readonly string[] }> = {
  'scale-replicas': { of: 'stream', at: ['replicas'] },
  'update-stream': { of: 'stream', at: ['set', 'replicas'] },
  'update-consumer': { of: 'consumer', at: ['set', 'replicas'] },
};

/** More than that is refused by the schema. */
const MOST = 5;

export const actionReplicas: ExperimentRule = {
  name: 'method/action-replicas',
  demand: 'An action gives a stream or consumer no more replicas than its cluster has nodes.',
  check({ value, inventory, complaints }) {
    itemsOf(field(value, 'method')).forEach((phase, i) => {
      itemsOf(field(phase, 'actions')).forEach((action, j) => {
        const scaling = SCALING[textOf(field(action, 'kind')) ?? ''];
        if (scaling === undefined) return;
        const cluster = clusterOf(textOf(field(action, scaling.of)) ?? '');
        const nodes = inventory.clusters.get(cluster)?.nodes.length ?? 0;
        const wanted = numberOf(scaling.at.reduce<unknown>(field, action));
        if (wanted === undefined || nodes === 0 || wanted <= nodes || wanted > MOST) return;
        complaints.error(
          `/method/${i}/actions/${j}/${scaling.at.join('/')}`,
          `found ${wanted} replicas; expected ${nodes} at most, as ${cluster} has ${nodes === 1 ? 'one node' : `${nodes} nodes`}`,
        );
      });
    });
  },
};
