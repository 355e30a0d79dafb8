import type { ProcessState } from '../../drivers/driver.ts';
import { ChaosError } from '../../support/errors.ts';
import { percentage, size, Type } from '../../support/schema.ts';
import { formatPercentage, formatSize, type Bytes, type Ratio } from '../../support/units.ts';
import { askWithoutPause } from './request-load.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from '../fault.ts';
import { listOf, membersField } from '../fields.ts';
import { processes, resources } from '../capabilities.ts';
import { answers, everyNode, observeEach } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

const TRIAL_MS = 500;
/** Docker accepts no smaller limit. */
const LEAST_SIZE = '6MiB';

interface Options {
  kind: 'memory-limit';
  nodes: string | string[];
  size?: Bytes;
  share?: Ratio;
  keep: boolean;
}

const schema = Type.Unsafe<Options>(
  Type.Object(
    {
      kind: Type.Literal('memory-limit'),
      nodes: membersField,
      size: Type.Optional({
        ...size(
          'The most memory that the server may use, including its files that the kernel keeps in memory.',
        ),
        'x-minimum': LEAST_SIZE,
      }),
      share: Type.Optional({
        ...percentage('The same, as a share of what it uses when the fault is injected.'),
        'x-minimum': '1%',
        'x-maximum': '100%',
      }),
      ...commonFaultFields,
    },
    {
      additionalProperties: false,
      oneOf: [{ required: ['size'] }, { required: ['share'] }],
      'x-expected': 'either size or share',
      description:
        'Limits the memory of nodes through control groups. The kernel drops their files from memory, and kills a server that still needs more; it is started again when the fault is undone.',
    },
  ),
);

/** A type alias, because an interface is not assignable to Json. */
export type MemoryObservation = {
  [node: string]: {
    state: ProcessState;
    answers: boolean;
    limitBytes: number | null;
    usedBytes: number;
    /** How often the limit was reached while the server was asked for its state without a pause. */
    reached: number;
    /** How often the kernel has killed it because of the limit. */
    killed: number;
  };
};

export const memoryLimit: Fault<typeof schema, MemoryObservation> = {
  kind: 'memory-limit',
  summary: 'Limits the memory of nodes',
  proof:
    'The kernel reports the limit, what is used of it, and how often it was reached while the server was asked without a pause: the limit was reached, or the server was killed by it.',
  example: '{ kind: memory-limit, nodes: qa1a/qa@leader, share: 70% }',
  schema,
  requires: ['processes', 'memory'],
  takesNodesDown: true,
  title: ({ nodes, size: sizeBytes, share }: Options) =>
    `limit the memory of ${listOf(nodes).join(', ')} to ${sizeBytes === undefined ? `${formatPercentage(share ?? 1)} of what is used` : formatSize(sizeBytes)}`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: observeMemory,
  vacuous: (before) => {
    const unfit = Object.entries(before).filter(
      ([, one]) => one.state !== 'running' || one.limitBytes !== null,
    );
    if (unfit.length === 0) return null;
    return `${unfit.map(([node, { state }]) => (state === 'running' ? `${node} was limited already` : `${node} was already ${state}`)).join(', ')} before the fault`;
  },
  // Replayed from the last to the first: the limit is removed first, so that a killed server can start.
  undo: (target, _options, { driver }) => [
    ...target.nodes.map((node) => ({ driver, op: 'processes.start', args: { node } })),
    ...target.nodes.map((node) => ({ driver, op: 'resources.unlimit-memory', args: { node } })),
  ],
  inject: async (ctx, target, options) => {
    const sizes = await Promise.all(
      target.nodes.map(async (node) => [node, await sizeFor(ctx, node, options)] as const),
    );
    await Promise.all(sizes.map(([node, sizeBytes]) => resources(ctx).limitMemory(node, sizeBytes)));
  },
  inForce: (before, now) => ({
    proven: everyNode(
      now,
      (one, node) =>
        one.limitBytes !== null &&
        one.usedBytes <= one.limitBytes &&
        (one.reached > 0 || one.killed > (before[node]?.killed ?? 0)),
    ),
    statement: sentence(before, now),
  }),
  removed: (before, now) => ({
    proven: everyNode(now, (one) => one.limitBytes === null && one.state === 'running' && one.answers),
    statement: sentence(before, now),
  }),
};

/** @throws ChaosError when the server itself needs more memory than the limit */
async function sizeFor(ctx: FaultContext, node: string, options: Options): Promise<Bytes> {
  const { usedBytes, ownBytes } = await resources(ctx).memory(node);
  const sizeBytes = options.size ?? Math.floor(usedBytes * (options.share ?? 1));
  if (sizeBytes > ownBytes) return sizeBytes;
  throw new ChaosError(
    'failed',
    `${node} uses ${formatSize(usedBytes)} of memory, ${formatSize(ownBytes)} of it for itself: it would be killed at once by a limit of ${formatSize(sizeBytes)}`,
    { hint: 'choose a higher limit, or the fault kill' },
  );
}

/** All nodes at once: they do not take memory from each other. */
function observeMemory(ctx: FaultContext, target: FaultTarget): Promise<MemoryObservation> {
  return observeEach(target.nodes, async (node) => {
    const before = await resources(ctx).memory(node);
    if ((await processes(ctx).state(node)) === 'running') await askWithoutPause(ctx, node, TRIAL_MS);
    const [state, isAnswering] = await Promise.all([processes(ctx).state(node), answers(ctx, node)]);
    const { limitBytes, usedBytes, reached, killed } = await resources(ctx).memory(node);
    return {
      state,
      answers: isAnswering,
      limitBytes,
      usedBytes,
      reached: Math.max(0, reached - before.reached),
      killed,
    };
  });
}

function sentence(before: MemoryObservation, now: MemoryObservation): string {
  return Object.entries(now)
    .map(([node, one]) => {
      const kills = one.killed - (before[node]?.killed ?? 0);
      const limit =
        one.limitBytes === null
          ? 'without a limit'
          : `at a limit of ${formatSize(one.limitBytes)}, reached ${one.reached} times while it was asked without a pause`;
      const fate = kills > 0 ? `; the kernel has killed it because of the limit` : '';
      return `${node} is ${one.state}${one.state === 'running' && !one.answers ? ' and does not answer' : ''}, and uses ${formatSize(one.usedBytes)} of memory (${formatSize(before[node]?.usedBytes ?? 0)} before), ${limit}${fate}`;
    })
    .join('; ');
}
