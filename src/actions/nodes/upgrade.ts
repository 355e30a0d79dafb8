import { versions } from '../../faults/capabilities.ts';
import { ChaosError } from '../../support/errors.ts';
import { defaulted, duration, Type, type Static } from '../../support/schema.ts';
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
        'The release to run from now on: a version, a series, latest, or the path of a binary. An older one makes it a downgrade.',
    }),
    rolling: defaulted(
      Type.Boolean({
        description: 'One node after the other, each healthy before the next; or all at once.',
      }),
      true,
    ),
    within: defaulted(duration('How long each node may take to be healthy again.'), '60s'),
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
    for (const some of options.rolling ? nodes.map((node) => [node]) : [nodes]) ctx.demandMayGoDown(some);
    // A download takes place before any node is stopped.
    const version = await versions(ctx).obtain(options.to);
    const was = await Promise.all(nodes.map((node) => versionBefore(ctx, node, version)));
    for (const some of options.rolling ? nodes.map((node) => [node]) : [nodes])
      await ctx.withNodes(some, () => Promise.all(some.map((node) => change(ctx, node, version, options))));
    return nodes.map((node, i) => `${node}: ${was[i] ?? '?'}, now ${version}`).join('; ');
  },
};

/** These options are as written, without defaults: without `rolling` it is rolling. */
function isAtOnce(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'rolling' in options && options.rolling === false;
}

async function versionBefore(ctx: ActionContext, node: string, wanted: string): Promise<string> {
  const before = await ctx.observer.server(node);
  if (before.version !== wanted) return before.version;
  throw new ChaosError('failed', `${node} runs nats-server ${wanted} already`);
}

async function change(ctx: ActionContext, node: string, version: string, options: Options): Promise<void> {
  await versions(ctx).restartOn(node, options.to);
  await healthyAgain(ctx, node, options.within, `start on nats-server ${version}`);
  const now = await ctx.observer.server(node);
  if (now.version !== version) {
    throw new ChaosError('failed', `${node} reports nats-server ${now.version}; expected ${version}`);
  }
}
