import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const accountUsers: EnvironmentRule = {
  name: 'accounts/users',
  demand: 'An account with JetStream has a user to connect as.',
  check({ value, inventory, complaints }) {
    // An attached server without authentication has an account without users.
    if (inventory.attached) return;
    for (const [name, account] of entriesOf(field(value, 'accounts'))) {
      if (field(account, 'jetstream') !== true || entriesOf(field(account, 'users')).length > 0) continue;
      complaints.error(
        child('/accounts', name),
        'an account with JetStream needs a user to connect as',
        'key',
      );
    }
  },
};
