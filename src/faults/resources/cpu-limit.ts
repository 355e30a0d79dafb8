import { percentage, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatPercentage } from '../../support/units.ts';
import { askWithoutPause } from './request-load.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from '../fault.ts';
import { listOf, membersField } from '../fields.ts';
import { resources } from '../capabilities.ts';
import { everyNode } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

const TRIAL_MS = 1_000;
/** Periods at the start and the end of the observation count only in part. */
const TOLERANCE = 1.5;

const schema = strictObject(
  {
    kind: Type.Literal('cpu-limit'),
    nodes: membersField,
    share: {
      ...percentage('How much of one CPU the server may use; 100% is one whole CPU.'),
      'x-minimum': '1%',
    } as ReturnType<typeof percentage>,
    ...commonFaultFields,
  },
  'Limits the CPU time of nodes through control groups. Observed by asking the server for its state as fast as it answers, for a second.',
);
type Options = Static<typeof schema>;

/** Node → the share of a CPU that it may use, and what it used while it was asked without a pause. */
export type CpuObservation = { [node: string]: { limit: number | null; throttled: number; used: number } };

export const cpuLimit: Fault<typeof schema, CpuObservation> = {
  kind: 'cpu-limit',
  summary: 'Limits the CPU time of nodes',
  proof:
    'Each server is asked for its state without a pause for a second: the kernel made it wait, and it used no more CPU time than allowed, and less than before.',
  example: '{ kind: cpu-limit, nodes: qa1a/qa@leader, share: 5% }',
  schema,
  requires: ['processes', 'cpu'],
  title: (options: Options) =>
    `limit ${listOf(options.nodes).join(', ')} to ${formatPercentage(options.share)} of a CPU`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: observeCpu,
  vacuous: (before) => {
    const unfit = Object.entries(before).filter(([, { limit, used }]) => limit !== null || used === 0);
    if (unfit.length === 0) return null;
    return `${unfit.map(([node, { limit }]) => (limit === null ? `${node} used no CPU time` : `${node} was limited already`)).join(', ')} before the fault`;
  },
  undo: (target, _options, { driver }) =>
    target.nodes.map((node) => ({ driver, op: 'resources.unlimit-cpu', args: { node } })),
  inject: async (ctx, target, options) => {
    await Promise.all(target.nodes.map((node) => resources(ctx).limitCpu(node, options.share)));
  },
  inForce: (before, now, { share }) => ({
    proven: everyNode(
      now,
      (one, node) =>
        one.limit !== null &&
        one.throttled > 0 &&
        one.used <= share * TOLERANCE &&
        one.used < (before[node]?.used ?? 0),
    ),
    statement: sentence(before, now),
  }),
  removed: (before, now) => ({
    proven: everyNode(now, (one) => one.limit === null && one.used > 0),
    statement: sentence(before, now),
  }),
};

/** One node after the other: asked together, they would take CPU time from each other. */
async function observeCpu(ctx: FaultContext, target: FaultTarget): Promise<CpuObservation> {
  const observed: CpuObservation = {};
  for (const node of target.nodes) {
    const before = await resources(ctx).cpu(node);
    const from = performance.now();
    await askWithoutPause(ctx, node, TRIAL_MS);
    const lastedMs = performance.now() - from;
    const after = await resources(ctx).cpu(node);
    const used = Number(((after.usedMs - before.usedMs) / lastedMs).toFixed(3));
    observed[node] = { limit: after.limit, throttled: after.throttled - before.throttled, used };
  }
  return observed;
}

function sentence(before: CpuObservation, now: CpuObservation): string {
  return Object.entries(now)
    .map(([node, one]) => {
      const limit =
        one.limit === null
          ? 'without a limit'
          : `at a limit of ${formatPercentage(one.limit)}, made to wait ${one.throttled} times`;
      return `${node}: asked without a pause, it used ${formatPercentage(before[node]?.used ?? 0)} of a CPU before and ${formatPercentage(one.used)} now, ${limit}`;
    })
    .join('; ');
}
