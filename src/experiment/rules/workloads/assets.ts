import { clusterOf } from '../../resolve/inventory.ts';
import { entriesOf, field, numberOf, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

/** Kinds that make streams → how many replicas these have. */
const DEFAULT_REPLICAS: Readonly<Record<string, number>> = { assets: 3, quota: 1 };

export const assetsWorkload: ExperimentRule = {
  name: 'workloads/assets',
  demand:
    'A workload that makes streams does so on servers that the run removes again, and has nodes enough for its replicas.',
  check({ value, inventory, complaints }) {
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      const usual = DEFAULT_REPLICAS[textOf(field(workload, 'kind')) ?? ''];
      if (usual === undefined) continue;
      const at = child('/workloads', name);
      if (inventory.attached)
        complaints.error(
          `${at}/kind`,
          'streams that this workload makes would be left on servers that run already: it needs servers that the run starts itself',
        );
      const cluster = clusterOf(textOf(field(workload, 'cluster')) ?? '');
      const nodes = inventory.clusters.get(cluster)?.nodes.length;
      const stated = numberOf(field(workload, 'replicas'));
      const replicas = stated ?? usual;
      if (nodes === undefined || replicas <= nodes) continue;
      complaints.error(
        `${at}/${stated === undefined ? 'cluster' : 'replicas'}`,
        `${replicas} replicas need as many nodes; ${cluster} has ${nodes}`,
      );
    }
  },
};
