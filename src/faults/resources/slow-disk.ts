import type { WriteLimits, WriteTrial } from '../../drivers/driver.ts';
import { rate, size, Type } from '../../support/schema.ts';
import { formatDuration } from '../../support/units.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from '../fault.ts';
import { listOf, nodesField } from '../fields.ts';
import { filesystems } from '../capabilities.ts';
import { everyNode, observeEach } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

/** How long a trial lasts under the limits, if it does not become too large. */
const TRIAL_S = 1;
const MAX_TRIAL_BYTES = 16 * 1024 ** 2;
const MAX_TRIAL_WRITES = 100;
const MIN_WRITE_BYTES = 4096;
/** The share of the expected time that proves the limit: the kernel does not delay the first writes after a pause. */
const FELT = 0.5;

interface Options {
  kind: 'slow-disk';
  nodes: string | string[];
  bandwidth?: number;
  writes?: number;
  keep: boolean;
}

const schema = Type.Unsafe<Options>(
  Type.Object(
    {
      kind: Type.Literal('slow-disk'),
      nodes: nodesField,
      bandwidth: Type.Optional({
        ...size('How much can be written to the disk in a second at most.'),
        'x-minimum': '4KiB',
      }),
      writes: Type.Optional({
        ...rate('How many writes reach the disk at most; syncing a message takes several.'),
        'x-minimum': '1/s',
      }),
      ...commonFaultFields,
    },
    {
      additionalProperties: false,
      anyOf: [{ required: ['bandwidth'] }, { required: ['writes'] }],
      'x-expected': 'at least one limit: bandwidth, writes',
      description: 'Slows the disks of nodes down: every write to them waits.',
    },
  ),
);

/** Node → the limits as the kernel has them, and how long some synced writes took. */
export type SpeedObservation = {
  [node: string]: {
    bytesPerSecond: number | null;
    writesPerSecond: number | null;
    tookMs: number;
    leastMs: number;
  };
};

export const slowDisk: Fault<typeof schema, SpeedObservation> = {
  kind: 'slow-disk',
  summary: 'Slows down what is written to the disks of nodes',
  proof:
    'The same synced writes are timed before and during the fault: the kernel reports the limit, and the writes take as long as it asks for.',
  example: '{ kind: slow-disk, nodes: qa1a/qa@leader, bandwidth: 1MiB }',
  schema,
  requires: ['disk-speed'],
  title: (options: Options) =>
    `slow the disks of ${listOf(options.nodes).join(', ')} down to ${limitText(options)}`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: observeSpeed,
  vacuous: (before) => {
    const slow = Object.entries(before).filter(([, disk]) => disk.tookMs >= FELT * disk.leastMs);
    if (slow.length === 0) return null;
    return `${slow.map(([node, disk]) => `the disk of ${node} took ${formatDuration(disk.tookMs)} for the trial`).join(', ')} before the fault, no less than it would slow it to`;
  },
  undo: (target, _options, { driver }) =>
    target.nodes.map((node) => ({ driver, op: 'filesystems.unslow', args: { node } })),
  inject: async (ctx, target, options) => {
    await Promise.all(target.nodes.map((node) => filesystems(ctx).slow(node, limitsOf(options))));
  },
  inForce: (before, now) => ({
    proven: everyNode(now, (disk) => isLimited(disk) && disk.tookMs >= FELT * disk.leastMs),
    statement: sentence(before, now),
  }),
  removed: (before, now) => ({
    proven: everyNode(now, (disk) => !isLimited(disk) && disk.tookMs < FELT * disk.leastMs),
    statement: sentence(before, now),
  }),
};

/** Writes that take about a second under the limits, and the least time that they take. */
export function trialFor({ bytesPerSecond = Infinity, writesPerSecond = Infinity }: WriteLimits): {
  trial: WriteTrial;
  leastMs: number;
} {
  const writes = Math.ceil(Math.min(Math.max(2, writesPerSecond * TRIAL_S), MAX_TRIAL_WRITES));
  const total = Math.min(bytesPerSecond * TRIAL_S, MAX_TRIAL_BYTES);
  const sizeBytes = Number.isFinite(bytesPerSecond)
    ? Math.max(MIN_WRITE_BYTES, Math.floor(total / writes))
    : MIN_WRITE_BYTES;
  const seconds = Math.max((writes * sizeBytes) / bytesPerSecond, writes / writesPerSecond);
  return { trial: { writes, sizeBytes }, leastMs: Math.round(seconds * 1000) };
}

function observeSpeed(ctx: FaultContext, target: FaultTarget, options: Options): Promise<SpeedObservation> {
  const { trial, leastMs } = trialFor(limitsOf(options));
  return observeEach(target.nodes, async (node) => {
    const { limits, tookMs } = await filesystems(ctx).tryWriting(node, trial);
    const { bytesPerSecond = null, writesPerSecond = null } = limits;
    return { bytesPerSecond, writesPerSecond, tookMs, leastMs };
  });
}

function limitsOf({ bandwidth, writes }: Options): WriteLimits {
  return {
    ...(bandwidth === undefined ? {} : { bytesPerSecond: bandwidth }),
    ...(writes === undefined ? {} : { writesPerSecond: writes }),
  };
}

function limitText({ bandwidth, writes }: Options): string {
  return [
    ...(bandwidth === undefined ? [] : [`${bandwidth} bytes a second`]),
    ...(writes === undefined ? [] : [`${writes} writes a second`]),
  ].join(' and ');
}

function isLimited({ bytesPerSecond, writesPerSecond }: SpeedObservation[string]): boolean {
  return bytesPerSecond !== null || writesPerSecond !== null;
}

function sentence(before: SpeedObservation, now: SpeedObservation): string {
  return Object.entries(now)
    .map(
      ([node, disk]) =>
        `${node}: the same synced writes took ${formatDuration(before[node]?.tookMs ?? 0)} before and ${formatDuration(disk.tookMs)} now, ${isLimited(disk) ? `at a limit that asks for ${formatDuration(disk.leastMs)}` : 'without a limit'}`,
    )
    .join('; ');
}
