import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { field, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

const DEFAULT_ACCOUNT = 'APP';

export const filledAccount: ExperimentRule = {
  name: 'faults/fill-account',
  demand: 'An account that a fault fills has a limit.',
  check({ value, inventory, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      if (field(fault, 'kind') !== 'fill-account') continue;
      const account = textOf(field(fault, 'account')) ?? DEFAULT_ACCOUNT;
      if (!inventory.accounts.includes(account) || inventory.limitedAccounts.includes(account)) continue;
      complaints.error(
        at,
        `account ${account} may store as much as the servers can: expected accounts.${account}.maxFile in ${inventory.name}`,
      );
    }
  },
};
