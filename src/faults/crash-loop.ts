import type { CrashRhythm } from '../drivers/driver.ts';
import { sleep } from '../support/deadline.ts';
import { randomFor } from '../support/random.ts';
import { defaulted, duration, percentage, strictObject, Type, type Static } from '../support/schema.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from './fault.ts';
import { listOf, nodesField } from './fields.ts';
import { processes } from './powers.ts';
import { resolveNodes } from './targets.ts';

/** Starts of a node's process that one look has to see: the first, and twice another one. */
const STARTS = 3;
const LOOK_EVERY_MS = 10;
/** A kill and a start take their time as well, most of all those of a container. */
const MARGIN_MS = 2_500;

const schema = strictObject(
  {
    kind: Type.Literal('crash-loop'),
    nodes: nodesField,
    lifetime: defaulted(duration('How long each start of a node lives.'), '2s'),
    downtime: defaulted(duration('How long a node stays down before it is started again.'), '0s'),
    jitter: defaulted(
      percentage(
        'By how much each lifetime and downtime may be shorter or longer, chosen by the seed for each node and round.',
      ),
      '0%',
    ),
    ...commonFaultFields,
  },
  'Kills nodes (SIGKILL) and starts them again, over and over, for as long as the fault is in force.',
);
type Options = Static<typeof schema>;

/** Node → what one look saw, which lasts longer than two rounds of the loop. */
type Observation = { [node: string]: { starts: number; answers: boolean } };

export const crashLoop: Fault<typeof schema, Observation> = {
  kind: 'crash-loop',
  summary: 'Kills nodes and starts them again, over and over',
  schema,
  requires: ['processes'],
  takesNodesDown: true,
  title: ({ nodes, lifetime, downtime, jitter }: Options) => {
    const down = downtime === 0 ? '' : ` after ${formatDuration(downtime)} down`;
    const about = jitter === 0 ? '' : `, give or take ${Math.round(jitter * 100)}%`;
    return `crash loop of ${listOf(nodes).join(', ')}, each start living ${formatDuration(lifetime)}${down}${about}`;
  },
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: async (ctx, target, options) => {
    const seen = target.nodes.map(async (node) => [node, await watch(ctx, node, options)] as const);
    return Object.fromEntries(await Promise.all(seen));
  },
  vacuous: (before) => {
    const unfit = Object.entries(before).filter(([, { starts, answers }]) => starts !== 1 || !answers);
    return unfit.length === 0
      ? null
      : `${unfit.map(([node]) => node).join(', ')} did not run steadily before`;
  },
  undo: (target: FaultTarget, _options, { driver }) =>
    target.nodes.map((node) => ({ driver, op: 'processes.settle', args: { node } })),
  inject: async (ctx, target, options) => {
    await Promise.all(
      target.nodes.map((node) => processes(ctx).crashLoop(node, rhythmOf(ctx, node, options))),
    );
  },
  inForce: (_before, now) => ({
    proven: Object.values(now).every(({ starts }) => starts >= STARTS),
    statement: describe(now),
  }),
  removed: (_before, now) => ({
    proven: Object.values(now).every(({ starts, answers }) => starts === 1 && answers),
    statement: describe(now),
  }),
};

/** Every node has randomness of its own, so that none depends on how fast the others are. */
function rhythmOf({ random, fault }: FaultContext, node: string, options: Options): CrashRhythm {
  const own = randomFor(random.seed, `${fault} ${node}`);
  const about = (ms: Milliseconds): Milliseconds => ms * (1 + options.jitter * (2 * own.next() - 1));
  return { downMs: () => about(options.downtime), upMs: () => about(options.lifetime) };
}

/**
 * Looks until it has seen enough starts of a node, or for a little more than two of the longest rounds of a loop; a server
 * that has run for so long already was not started anew in that time.
 */
async function watch(
  ctx: FaultContext,
  node: string,
  { lifetime, downtime, jitter }: Options,
): Promise<Observation[string]> {
  const lookMs = 2 * (lifetime + downtime) * (1 + jitter) + MARGIN_MS;
  const server = await ctx.observer.server(node).catch(() => null);
  if (server !== null && server.upMs > lookMs) return { starts: 1, answers: true };
  const starts = new Set<string>();
  const end = performance.now() + lookMs;
  while (performance.now() < end && starts.size < STARTS) {
    const start = await processes(ctx).incarnation(node);
    if (start !== null) starts.add(start);
    await sleep(LOOK_EVERY_MS);
  }
  return { starts: starts.size, answers: await ctx.observer.answers(node) };
}

function describe(now: Observation): string {
  return Object.entries(now)
    .map(
      ([node, { starts, answers }]) =>
        `${node}: ${starts} ${starts === 1 ? 'start' : 'different starts'} of its process seen, and it ${answers ? 'answers' : 'does not answer'}`,
    )
    .join('; ');
}
