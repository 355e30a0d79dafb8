import { didYouMean } from '../../source/suggest.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const accountPasswords: EnvironmentRule = {
  name: 'accounts/passwords',
  demand: 'A password that differs by cluster is given for every cluster.',
  check({ value, inventory, complaints }) {
    const clusters = [...inventory.clusters.keys()];
    for (const [account, body] of entriesOf(field(value, 'accounts'))) {
      for (const [user, { password, at }] of passwordsOf(account, body)) {
        const given = entriesOf(password).map(([cluster]) => cluster);
        if (given.length === 0) continue;
        for (const cluster of given.filter((one) => !clusters.includes(one))) {
          complaints.error(
            child(at, cluster),
            `there is no cluster "${cluster}"${didYouMean(cluster, clusters)}`,
            'key',
          );
        }
        const missing = clusters.filter((cluster) => !given.includes(cluster));
        if (missing.length === 0) continue;
        complaints.error(
          at,
          `user ${user} has no password in ${missing.join(', ')}; expected one text for all clusters, or one for each of ${clusters.join(', ')}`,
          'key',
        );
      }
    }
  },
};

function passwordsOf(account: string, body: unknown) {
  return entriesOf(field(body, 'users')).map(([user, fields]) => {
    const at = `${child(child(child('/accounts', account), 'users'), user)}/password`;
    return [user, { password: field(fields, 'password'), at }] as const;
  });
}
