import type { CrashRhythm } from '../../drivers/driver.ts';
import { sleep } from '../../support/deadline.ts';
import { randomFor } from '../../support/random.ts';
import { defaulted, duration, percentage, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from '../fault.ts';
import { listOf, membersField } from '../fields.ts';
import { processes } from '../capabilities.ts';
import { answers, observeEach } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

/** Different starts of a node's process that one observation must include. */
const STARTS = 3;
const OBSERVE_EVERY_MS = 10;
/** A kill and a start take time too, above all for a container. */
const MARGIN_MS = 2_500;
/** By so much more a busy machine may take for it, where a second start has shown that there is a loop. */
const SLOWER = 4;

const schema = strictObject(
  {
    kind: Type.Literal('crash-loop'),
    nodes: membersField,
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

/** Node → what was observed in a time longer than two rounds of the loop. */
type Observation = { [node: string]: { starts: number; answers: boolean } };

export const crashLoop: Fault<typeof schema, Observation> = {
  kind: 'crash-loop',
  summary: 'Kills nodes and starts them again, over and over',
  proof:
    'The process of each node is observed for a little more than two rounds: it is started at least three times.',
  example: '{ kind: crash-loop, nodes: qa1a/qa@follower, lifetime: 2s }',
  schema,
  requires: ['processes'],
  takesNodesDown: true,
  title: ({ nodes, lifetime, downtime, jitter }: Options) => {
    const down = downtime === 0 ? '' : ` after ${formatDuration(downtime)} down`;
    const about = jitter === 0 ? '' : `, give or take ${Math.round(jitter * 100)}%`;
    return `crash loop of ${listOf(nodes).join(', ')}, each start living ${formatDuration(lifetime)}${down}${about}`;
  },
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: (ctx, target, options) => observeEach(target.nodes, (node) => watch(ctx, node, options)),
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

/** Every node has its own random numbers, so that its rhythm does not depend on how fast the others are. */
function rhythmOf({ random, fault }: FaultContext, node: string, options: Options): CrashRhythm {
  const own = randomFor(random.seed, `${fault} ${node}`);
  const about = (ms: Milliseconds): Milliseconds => ms * (1 + options.jitter * (2 * own.next() - 1));
  return { downMs: () => about(options.downtime), upMs: () => about(options.lifetime) };
}

/**
 * Observes until a node has had enough starts, or for a little more than two of the longest rounds of a loop. A server that
 * has already run for so long was not started in that time.
 */
async function watch(
  ctx: FaultContext,
  node: string,
  { lifetime, downtime, jitter }: Options,
): Promise<Observation[string]> {
  const observeMs = 2 * (lifetime + downtime) * (1 + jitter) + MARGIN_MS;
  const server = await ctx.observer.server(node).catch(() => null);
  if (server !== null && server.upMs > observeMs) return { starts: 1, answers: true };
  const starts = new Set<string>();
  const from = performance.now();
  const isOver = (): boolean => performance.now() - from > (starts.size > 1 ? SLOWER * observeMs : observeMs);
  while (!isOver() && starts.size < STARTS) {
    const start = await processes(ctx).incarnation(node);
    if (start !== null) starts.add(start);
    await sleep(OBSERVE_EVERY_MS);
  }
  return { starts: starts.size, answers: await answers(ctx, node) };
}

function describe(now: Observation): string {
  return Object.entries(now)
    .map(
      ([node, { starts, answers }]) =>
        `${node}: ${starts} ${starts === 1 ? 'start' : 'different starts'} of its process observed, and it ${answers ? 'answers' : 'does not answer'}`,
    )
    .join('; ');
}
