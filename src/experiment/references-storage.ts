import type { Complaints } from './complaints.ts';
import { field, itemsOf, textOf } from './lenient.ts';

const DEFAULT_NAME = 'snapshot';

/** A store can only be rolled back to a copy that was taken earlier in the method. */
export function checkStorageCopies(value: unknown, complaints: Complaints): void {
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
}
