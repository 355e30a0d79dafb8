import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

const PROOFS = ['password', 'token', 'nkey', 'credentials'];

export const userIdentity: EnvironmentRule = {
  name: 'accounts/identity',
  demand: 'A user proves in exactly one way who it is, and on servers of the runner by a password.',
  check({ value, complaints }) {
    const isStarted = originOfServers(value) === 'started';
    for (const [name, account] of entriesOf(field(value, 'accounts'))) {
      for (const [user, proof] of entriesOf(field(account, 'users'))) {
        const at = child(`${child('/accounts', name)}/users`, user);
        const given = PROOFS.filter((way) => field(proof, way) !== undefined);
        const [first = '', second] = given;
        if (given.length === 0) {
          complaints.error(at, `expected one of ${isStarted ? 'password' : PROOFS.join(', ')}`);
        } else if (second !== undefined) {
          complaints.error(`${at}/${second}`, `expected ${first} or ${second}, not both`, 'key');
        } else if (isStarted && first !== 'password') {
          complaints.error(
            `${at}/${first}`,
            'only servers that run already know it: expected `password`, or `attach` at the top of the file',
            'key',
          );
        }
      }
    }
  },
};
