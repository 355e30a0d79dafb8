import { versions } from '../../faults/capabilities.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { defaulted, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Milliseconds } from '../../support/units.ts';
import { splitAssertions } from '../../support/versions.ts';
import type { Action, ActionContext } from '../action.ts';
import { healthyAgain } from './restarting.ts';
import { clusterOrNodes, eitherRule, resolveClusterOrNodes, clusterOrNodesText } from '../targets.ts';

const schema = Type.Object(
  {
    kind: Type.Literal('upgrade'),
    ...clusterOrNodes,
    to: Type.String({
      minLength: 1,
      examples: ['2.12.3', '2.12', 'latest'],
      description:
        'The release to run from now on: a version, a series, latest, or the path of a binary; `2.12.15+assertions` is built with the assertions of its authors. An older one makes it a downgrade. Nodes that run it already are left as they are.',
    }),
    rolling: defaulted(
      Type.Boolean({
        description: 'One node after the other, each healthy before the next; or all at once.',
      }),
      true,
    ),
    within: defaulted(timeLimit('How long each node may take to be healthy again.'), '60s'),
  },
  {
    ...eitherRule,
    description: 'Restarts nodes on another release of the server, newer or older, on the same stores.',
  },
);
type Options = Static<typeof schema>;

export const upgrade: Action<typeof schema> = {
  kind: 'upgrade',
  summary: 'Restarts nodes on another release of nats-server, newer or older, one by one or all at once',
  proof: 'Each node is healthy, and reports the release that was asked for.',
  example: "{ kind: upgrade, cluster: qa1a, to: '2.12' }",
  schema,
  requires: ['versions'],
  takesNodesDown: (options) => (isAtOnce(options) ? 'at-once' : 'one-by-one'),
  title: (options: Options) => `${clusterOrNodesText(options)} to nats-server ${options.to}`,
  async perform(ctx, options) {
    const nodes = await resolveClusterOrNodes(ctx, options);
    const steps = options.rolling ? nodes.map((node) => [node]) : [nodes];
    for (const some of steps) ctx.demandMayGoDown(some);
    // A download takes place before any node is stopped.
    const version = await versions(ctx).obtain(options.to);
    const was = new Map<string, string>();
    const changed: string[] = [];
    const step = async (node: string): Promise<void> => {
      // A fault may have taken it down until now.
      const before = await versionOf(ctx, node, options.within);
      was.set(node, before);
      if (before === version && !splitAssertions(options.to).assertions) return;
      await change(ctx, node, version, options);
      changed.push(node);
    };
    for (const some of steps) await ctx.withNodes(some, () => Promise.all(some.map(step)));
    if (changed.length === 0) {
      const run = nodes.length === 1 ? 'runs' : 'run';
      throw new ChaosError('failed', `${nodes.join(', ')} ${run} nats-server ${version} already`);
    }
    const told = (node: string): string => (changed.includes(node) ? `, now ${version}` : ' already');
    return nodes.map((node) => `${node}: ${was.get(node) ?? '?'}${told(node)}`).join('; ');
  },
};

function versionOf(ctx: ActionContext, node: string, withinMs: Milliseconds): Promise<string> {
  return until(async () => (await ctx.observer.server(node)).version, {
    timeoutMs: withinMs,
    signal: ctx.signal,
    what: `the release that ${node} runs`,
  });
}

/** These options are as written, without defaults: without `rolling` it is rolling. */
function isAtOnce(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'rolling' in options && options.rolling === false;
}

async function change(ctx: ActionContext, node: string, version: string, options: Options): Promise<void> {
  await versions(ctx).restartOn(node, options.to);
  await healthyAgain(ctx, node, options.within, `start on nats-server ${version}`);
  const now = await ctx.observer.server(node);
  if (now.version !== version) {
    throw new ChaosError('failed', `${node} reports nats-server ${now.version}; expected ${version}`);
  }
}
