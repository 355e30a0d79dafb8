import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { field, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const linkFaultClusterSize: ExperimentRule = {
  name: 'link-faults/cluster-size',
  demand: 'A cluster has enough nodes for the shape into which a fault cuts it.',
  check({ value, inventory, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      const least = LEAST[textOf(field(fault, 'kind')) ?? ''];
      const name = textOf(field(fault, 'cluster')) ?? '';
      const size = inventory.clusters.get(name)?.nodes.length;
      if (least === undefined || size === undefined || size >= least) continue;
      complaints.error(
        `${at}/cluster`,
        `${name} has ${size} ${size === 1 ? 'node' : 'nodes'}; expected a cluster of ${least} or more`,
      );
    }
  },
};

const LEAST: Partial<Record<string, number>> = {
  /** One node in the middle, and at least one on each side. */
  bridge: 3,
  /** Of three nodes, a majority for each could only be the same two, or all of them. */
  'majorities-ring': 4,
};
