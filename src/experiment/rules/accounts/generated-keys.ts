import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import { child, type Pointer } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const generatedKeys: EnvironmentRule = {
  name: 'accounts/generated-keys',
  demand: 'Where nobody can sign, a user has a password: leafnode links, and clients without a login.',
  check({ value, inventory, complaints }) {
    if (originOfServers(value) !== 'started') return;
    const signing = new Set<string>();
    const withPassword = new Set<string>();
    const accounts = entriesOf(field(value, 'accounts'));
    for (const [account, body] of accounts) {
      for (const [user, proof] of entriesOf(field(body, 'users'))) {
        if (field(proof, 'nkey') === undefined) withPassword.add(account);
        else signing.add(user);
      }
    }
    itemsOf(field(value, 'links')).forEach((link, i) => {
      if (field(link, 'kind') !== 'leafnode') return;
      const several = textsOf(field(link, 'accounts'));
      const own = several.length > 0 ? several : [textOf(field(link, 'account')) ?? inventory.defaultAccount];
      for (const account of own) {
        if (account === undefined || withPassword.has(account)) continue;
        // An account that there is not, or that has no users, is an error of its own.
        if (entriesOf(field(accounts.find(([name]) => name === account)?.[1], 'users')).length === 0)
          continue;
        complaints.error(
          `/links/${i}`,
          `servers log in to one another by a password, and no user of ${account} has one; expected one beside those with \`nkey\``,
        );
      }
    });
    const places: [Pointer, unknown][] = [
      ['/noAuthUser', value],
      ...entriesOf(field(value, 'clusters')).map(([name, body]): [Pointer, unknown] => [
        `${child('/clusters', name)}/noAuthUser`,
        body,
      ]),
    ];
    for (const [at, holder] of places) {
      const user = textOf(field(holder, 'noAuthUser'))?.split('/').at(-1);
      if (user === undefined || !signing.has(user)) continue;
      complaints.error(
        at,
        `${user} signs with an NKey, and clients without a login do not; expected a user with a password`,
      );
    }
  },
};
