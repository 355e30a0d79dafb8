import type { Json } from '../support/json.ts';
import { strictObject, Type, type Static } from '../support/schema.ts';
import { commonFaultFields, type Fault } from './fault.ts';
import { listOf, nodesField } from './fields.ts';
import { configuration } from './powers.ts';
import { resolveNodes } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('reload'),
    nodes: nodesField,
    config: Type.Unsafe<Record<string, Json>>({
      type: 'object',
      minProperties: 1,
      examples: [{ max_payload: 65536 }],
      description:
        'Server configuration merged over the one in force, key by key; null takes a key away. Servers refuse to reload some fields, and the fault is then not proven.',
    }),
    ...commonFaultFields,
  },
  'Changes the configuration of running nodes (SIGHUP); undone by loading the old one again.',
);
type Options = Static<typeof schema>;

/** Node → what its file says, and when the server says that it read it. Times in ms since 1970. */
type Observation = {
  [node: string]: { changed: boolean; writtenAt: number; loadedAt: number | null };
};

export const reload: Fault<typeof schema, Observation> = {
  kind: 'reload',
  summary: 'Changes the configuration of running nodes (SIGHUP), and loads the old one again afterwards',
  schema,
  requires: ['configuration'],
  title: (options: Options) =>
    `reload of ${listOf(options.nodes).join(', ')} with another ${Object.keys(options.config).join(', ')}`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: async (ctx, target, options) => {
    const seen = target.nodes.map(async (node) => {
      const { holds, writtenAt } = await configuration(ctx).read(node, options.config);
      const server = await ctx.observer.server(node).catch(() => null);
      return [node, { changed: holds, writtenAt, loadedAt: server?.configLoadedAt ?? null }] as const;
    });
    return Object.fromEntries(await Promise.all(seen));
  },
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

/** A server that refuses a configuration keeps the time of the one before. */
function isLoaded({ writtenAt, loadedAt }: Observation[string]): boolean {
  return loadedAt !== null && loadedAt >= writtenAt;
}

function describe(now: Observation): string {
  return Object.entries(now)
    .map(
      ([node, seen]) =>
        `${node} ${isLoaded(seen) ? 'has loaded' : 'has not loaded'} the ${seen.changed ? 'changed' : 'old'} configuration`,
    )
    .join('; ');
}
