import { field, itemsOf, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

const DEFAULT_NAME = 'snapshot';

export const storageCopies: ExperimentRule = {
  name: 'method/storage-copies',
  demand: 'A store is rolled back only to a copy that was taken earlier in the method.',
  check({ value, complaints }) {
    const taken = new Set<string>();
    itemsOf(field(value, 'method')).forEach((phase, i) => {
      itemsOf(field(phase, 'actions')).forEach((action, j) => {
        const name = textOf(field(action, 'as')) ?? DEFAULT_NAME;
        const kind = field(action, 'kind');
        if (kind === 'snapshot-storage') taken.add(name);
        if (kind !== 'rollback-storage' || taken.has(name)) return;
        complaints.error(
          `/method/${i}/actions/${j}`,
          `no store was copied as "${name}" by then: expected a snapshot-storage with that name earlier in the method`,
        );
      });
    });
  },
};
