import { lend, type Connection } from '../nats/connect.ts';
import { ChaosError } from '../support/errors.ts';
import type { ActionContext } from './action.ts';

/** Lends a connection to a cluster, past the proxies, to whatever node of it lets the runner in. */
export function onCluster<T>(
  ctx: ActionContext,
  cluster: string,
  account: string,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const servers = ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.client);
  return lend(ctx.driver.connect(servers, account, 'nats-chaos/action'), use);
}

/** The same, in the account of a stream: `cluster/stream`, or the address of something in it. */
export async function onStream<T>(
  ctx: ActionContext,
  address: string,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const [cluster = '', name = ''] = address.split('/');
  const stream = ctx.spec.streams.find((one) => one.address === `${cluster}/${name}`);
  if (!stream) throw new ChaosError('failed', `there is no stream ${cluster}/${name}`);
  return onCluster(ctx, cluster, stream.account, use);
}

/** `cluster/stream` → `stream`. */
export function nameOf(stream: string): string {
  return stream.split('/')[1] ?? stream;
}

/** The name of the system account, as servers report it. */
export function systemName(ctx: ActionContext): string {
  return ctx.spec.accounts.find((account) => account.system)?.name ?? '$SYS';
}
