import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const distinctUsers: EnvironmentRule = {
  name: 'accounts/distinct-users',
  demand: 'A user belongs to one account: servers tell the account of a connection by the name of its user.',
  check({ value, complaints }) {
    const owners = new Map<string, string>();
    for (const [account, body] of entriesOf(field(value, 'accounts'))) {
      for (const [user] of entriesOf(field(body, 'users'))) {
        const owner = owners.get(user);
        if (owner === undefined) owners.set(user, account);
        else
          complaints.error(
            child(`${child('/accounts', account)}/users`, user),
            `account ${owner} has a user "${user}" already: expected another name`,
            'key',
          );
      }
    }
  },
};
