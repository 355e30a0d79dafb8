import type { Complaints } from './complaints.ts';
import { faultsOf } from './faults-of.ts';
import type { Inventory } from './inventory.ts';
import { field, itemsOf, textOf } from './lenient.ts';

const DEFAULT_NAME = 'snapshot';
const DEFAULT_ACCOUNT = 'APP';

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

/** An account without a limit cannot be filled. */
export function checkFilledAccounts(value: unknown, inventory: Inventory, complaints: Complaints): void {
  itemsOf(field(value, 'method')).forEach((phase, i) => {
    for (const { fault, at } of faultsOf(phase, i)) {
      if (field(fault, 'kind') !== 'fill-account') continue;
      const account = textOf(field(fault, 'account')) ?? DEFAULT_ACCOUNT;
      if (!inventory.accounts.includes(account) || inventory.limitedAccounts.includes(account)) continue;
      complaints.error(
        at,
        `account ${account} may store as much as the servers can: expected accounts.${account}.maxFile in ${inventory.name}`,
      );
    }
  });
}
