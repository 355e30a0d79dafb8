import { processes } from '../../faults/capabilities.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { ActionContext } from '../action.ts';

/** Restarts nodes one after the other; each is restarted and healthy before the next. @returns the proof in words */
export async function restartOneByOne(
  ctx: ActionContext,
  nodes: readonly string[],
  withinMs: Milliseconds,
): Promise<string> {
  for (const node of nodes) ctx.demandMayGoDown([node]);
  for (const node of nodes) await ctx.withNodes([node], () => restartNode(ctx, node, withinMs));
  return `${nodes.join(', ')}: each has a new server id and is healthy`;
}

async function restartNode(ctx: ActionContext, node: string, withinMs: Milliseconds): Promise<void> {
  const before = await ctx.observer.server(node).catch(() => null);
  await processes(ctx).stop(node);
  await processes(ctx).start(node);
  await healthyAgain(ctx, node, withinMs, 'restart');
  const now = await ctx.observer.server(node);
  if (before?.id === now.id) {
    throw new ChaosError('failed', `${node} still has the server id ${now.id}: it was not restarted`);
  }
}

/** Waits until a restarted node reports that it is healthy. @throws ChaosError `timeout` */
export async function healthyAgain(
  ctx: ActionContext,
  node: string,
  withinMs: Milliseconds,
  what: string,
): Promise<void> {
  await until(
    async () => {
      const why = await ctx.observer.whyUnhealthy(node);
      if (why !== null) throw new ChaosError('failed', why);
      return true;
    },
    { timeoutMs: withinMs, signal: ctx.signal, what: `${what} of ${node}: healthy again` },
  );
}
