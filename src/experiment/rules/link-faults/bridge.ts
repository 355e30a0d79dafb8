import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { clusterOf } from '../../resolve/inventory.ts';
import { field, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const bridgeNode: ExperimentRule = {
  name: 'link-faults/bridge',
  demand: 'The node over which a bridge goes is in the cluster of the bridge.',
  check({ value, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      const over = textOf(field(fault, 'over'));
      const cluster = textOf(field(fault, 'cluster'));
      if (field(fault, 'kind') !== 'bridge' || over === undefined || cluster === undefined) continue;
      if (!over.includes('/') || clusterOf(over) === cluster) continue;
      complaints.error(`${at}/over`, `"${over}" is no node of ${cluster}`);
    }
  },
};
