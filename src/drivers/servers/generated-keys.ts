import { makeUserKey } from '../../nats/nkey.ts';
import type { EnvironmentSpec } from '../spec.ts';

/**
 * Makes the NKeys of users that have one made for the run. Only servers and clients get them: what a driver was given,
 * which is kept in reports, has none.
 */
export function withGeneratedKeys(spec: EnvironmentSpec): EnvironmentSpec {
  const accounts = spec.accounts.map((account) => ({
    ...account,
    users: account.users.map((user) => (user.nkey === 'generated' ? { ...user, key: makeUserKey() } : user)),
  }));
  return { ...spec, accounts };
}
