import { GENERATED } from '../../schema/environment/identity.ts';
import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

const PROOFS = ['password', 'token', 'nkey', 'credentials'];

export const userIdentity: EnvironmentRule = {
  name: 'accounts/identity',
  demand:
    'A user proves in exactly one way who it is: on servers of the runner by a password or a key made for the run, on others by what they know already.',
  check({ value, complaints }) {
    const isStarted = originOfServers(value) === 'started';
    for (const [name, account] of entriesOf(field(value, 'accounts'))) {
      for (const [user, proof] of entriesOf(field(account, 'users'))) {
        const at = child(`${child('/accounts', name)}/users`, user);
        const given = PROOFS.filter((way) => field(proof, way) !== undefined);
        const [first = '', second] = given;
        if (given.length === 0) {
          complaints.error(
            at,
            `expected one of ${isStarted ? 'password, nkey: generated' : PROOFS.join(', ')}`,
          );
        } else if (second !== undefined) {
          complaints.error(`${at}/${second}`, `expected ${first} or ${second}, not both`, 'key');
        } else if (first === 'nkey' && field(proof, first) === GENERATED) {
          if (!isStarted)
            complaints.error(
              `${at}/nkey`,
              'only servers that the runner starts can be told a key that it makes: expected the file with the seed',
            );
        } else if (isStarted && first !== 'password') {
          complaints.error(
            `${at}/${first}`,
            `only servers that run already know it: expected \`password\`${first === 'nkey' ? `, \`nkey: ${GENERATED}\`` : ''}, or \`attach\` at the top of the file`,
            'key',
          );
        }
      }
    }
  },
};
