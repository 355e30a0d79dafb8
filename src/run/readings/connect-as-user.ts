import type { Driver } from '../../drivers/driver.ts';
import { directServers } from '../../drivers/servers/reach.ts';
import { connect, type Connection } from '../../nats/connect.ts';
import type { Plan } from '../../plan/plan.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';

const CONNECT_MS: Milliseconds = 2000;

/**
 * A connection as a user (its name, or account/name) to any node of a cluster, past the faults that clients feel.
 *
 * @throws ChaosError `invalid` where there is no such user, `unavailable` when no server accepts it
 */
export async function connectAsUser(
  { spec }: Plan,
  driver: Pick<Driver, 'nodes' | 'access'>,
  cluster: string,
  user: string,
): Promise<Connection> {
  const name = user.split('/').at(-1) ?? user;
  const owner = spec.accounts.find(({ users }) => users.some((one) => one.name === name));
  if (owner === undefined) throw new ChaosError('invalid', `there is no user ${user}`);
  const servers = directServers(driver.nodes(), cluster).map(({ server }) => server);
  const access = driver.access(owner.name, cluster, name);
  return connect({ ...access, servers, name: 'nats-chaos/permission', timeoutMs: CONNECT_MS });
}
