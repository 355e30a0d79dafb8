import { ChaosError } from '../support/errors.ts';
import { compareVersions } from '../support/versions.ts';
import type { ActionContext } from './action.ts';

/** @throws ChaosError that names the release of a node of the cluster that is too old for an action */
export async function demandSince(
  ctx: ActionContext,
  cluster: string,
  { kind, since = '0' }: { kind: string; since?: string },
): Promise<void> {
  for (const { address } of ctx.nodes.filter((node) => node.cluster === cluster)) {
    const server = await ctx.observer.server(address).catch(() => null);
    if (server === null || compareVersions(server.version, `${since}.0-0`) >= 0) continue;
    throw new ChaosError(
      'failed',
      `${kind} needs nats-server ${since} or later, and ${address} runs ${server.version}`,
    );
  }
}
