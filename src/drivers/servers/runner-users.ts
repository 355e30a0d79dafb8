import type { EnvironmentSpec } from '../spec.ts';

/** No user of an environment is called so: its names begin with a letter or digit of the file's author. */
const NAME = '.nats-chaos';

/**
 * Gives each account whose users may not do everything one more user, as which the runner makes streams and observes: a
 * user of the environment may lack the right to.
 *
 * @param password known to this run alone
 */
export function withRunnerUsers(spec: EnvironmentSpec, password: string): EnvironmentSpec {
  const accounts = spec.accounts.map((account) => {
    const { permissions = {}, defaultPermissions } = account;
    const isLimited = defaultPermissions !== undefined || Object.keys(permissions).length > 0;
    return isLimited ? { ...account, runner: { name: `${NAME}.${account.name}`, password } } : account;
  });
  return { ...spec, accounts };
}
