import type { Json } from '../../support/json.ts';
import { strictObject, Type, type Static } from '../../support/schema.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { listOf, nodesField } from '../fields.ts';
import { configuration } from '../capabilities.ts';
import { observeEach } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('reload'),
    nodes: nodesField,
    config: Type.Unsafe<Record<string, Json>>({
      type: 'object',
      minProperties: 1,
      examples: [{ max_payload: 65536 }],
      description:
        'Server configuration merged over the one in force, key by key; null removes a key. Servers refuse to reload some fields, and the fault is then not proven.',
    }),
    ...commonFaultFields,
  },
  'Changes the configuration of running nodes (SIGHUP); undone by loading the old one again.',
);
type Options = Static<typeof schema>;

/** Node → its file, and when the server reports that it loaded it. Times in ms since 1970. */
type Observation = {
  [node: string]: { changed: boolean; writtenAt: number; loadedAt: number | null };
};

export const reload: Fault<typeof schema, Observation> = {
  kind: 'reload',
  summary: 'Changes the configuration of running nodes (SIGHUP), and loads the old one again afterwards',
  proof:
    'The configuration file of each node, and the time at which the server says that it loaded it: the server has loaded the changed file.',
  example: '{ kind: reload, nodes: qa1a/js1-qa1a, config: { max_payload: 65536 } }',
  schema,
  requires: ['configuration'],
  title: (options: Options) =>
    `reload of ${listOf(options.nodes).join(', ')} with another ${pathsOf(options.config).join(', ')}`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: (ctx, target, options) =>
    observeEach(target.nodes, async (node) => {
      const { holds, writtenAt } = await configuration(ctx).read(node, options.config);
      const server = await ctx.observer.server(node).catch(() => null);
      return { changed: holds, writtenAt, loadedAt: server?.configLoadedAt ?? null };
    }),
  vacuous: (before) => {
    const already = Object.entries(before).filter(([, { changed }]) => changed);
    if (already.length > 0)
      return `${already.map(([node]) => node).join(', ')} has this configuration already`;
    const down = Object.entries(before).filter(([, { loadedAt }]) => loadedAt === null);
    return down.length === 0 ? null : `${down.map(([node]) => node).join(', ')} does not answer`;
  },
  undo: (target, options, { driver }) =>
    target.nodes.map((node) => ({
      driver,
      op: 'configuration.restore',
      args: { node, over: options.config },
    })),
  inject: async (ctx, target, options) => {
    await Promise.all(target.nodes.map((node) => configuration(ctx).change(node, options.config)));
  },
  inForce: (_before, now) => ({
    proven: Object.values(now).every((node) => node.changed && isLoaded(node)),
    statement: describe(now),
  }),
  removed: (_before, now) => ({
    proven: Object.values(now).every((node) => !node.changed && isLoaded(node)),
    statement: describe(now),
  }),
};

/** Of each field that changes: `cluster.authorization.password`. */
function pathsOf(config: Record<string, Json>): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    const below = isMap ? pathsOf(value) : [];
    return below.length === 0 ? [key] : below.map((path) => `${key}.${path}`);
  });
}

/** A server that refuses a configuration keeps the time of the one before. */
function isLoaded({ writtenAt, loadedAt }: Observation[string]): boolean {
  return loadedAt !== null && loadedAt >= writtenAt;
}

function describe(now: Observation): string {
  return Object.entries(now)
    .map(
      ([node, observation]) =>
        `${node} ${isLoaded(observation) ? 'has loaded' : 'has not loaded'} the ${observation.changed ? 'changed' : 'old'} configuration`,
    )
    .join('; ');
}
