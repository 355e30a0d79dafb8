import { withConnection, type Connection } from '../nats/connect.ts';
import { ChaosError } from '../support/errors.ts';
import type { ActionContext } from './action.ts';

/** Opens a connection to any node of a cluster, past the proxies, for the time of `use`. */
export function onCluster<T>(
  ctx: ActionContext,
  cluster: string,
  account: string,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const servers = ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.client);
  return withConnection(ctx.driver.connect(servers, account, 'nats-chaos/action'), use);
}

/** The same, in the account of a stream: `cluster/stream`, or the address of something in it. */
export async function onStream<T>(
  ctx: ActionContext,
  address: string,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const [cluster = '', name = ''] = address.split('/');
  return onCluster(ctx, cluster, accountOf(ctx, `${cluster}/${name}`), use);
}

/** The account that a stream lives in. @throws ChaosError for a stream that the environment does not declare */
export function accountOf(ctx: ActionContext, stream: string): string {
  const declared = ctx.spec.streams.find((one) => one.address === stream);
  if (!declared) throw new ChaosError('failed', `there is no stream ${stream}`);
  return declared.account;
}

/** `cluster/stream` → `stream`. */
export function nameOf(stream: string): string {
  return stream.split('/')[1] ?? stream;
}

/** The name of the system account, as servers report it. */
export function systemName(ctx: ActionContext): string {
  return ctx.spec.accounts.find((account) => account.system)?.name ?? '$SYS';
}
