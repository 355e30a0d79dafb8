import { knownOriginsOf } from '../../resolve/origins.ts';
import type { EnvironmentRule } from '../rule.ts';

export const mirrorAccount: EnvironmentRule = {
  name: 'mirrors/account',
  demand: 'A mirror or source has its origin in its own account, or says how another account exports it.',
  check({ value, inventory, complaints }) {
    for (const { at, address, entry, api, name, from } of knownOriginsOf(value, inventory)) {
      if (from.account === entry.account || api !== undefined) continue;
      complaints.error(
        at,
        `${name} belongs to account ${from.account ?? 'none'} and ${address} to ${entry.account ?? 'none'}: expected \`external\` with api and deliver, as the accounts' exports and imports have them`,
      );
    }
  },
};
