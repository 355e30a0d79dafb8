import { defaulted, percentage, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatPercentage } from '../../support/units.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from '../fault.ts';
import { listOf, nodesField } from '../fields.ts';
import { filesystems } from '../capabilities.ts';
import { everyNode, observeEach } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

/** Servers continue to write and remove files while a disk is filled. */
const TOLERANCE = 0.01;

const schema = strictObject(
  {
    kind: Type.Literal('fill-disk'),
    nodes: nodesField,
    to: defaulted(
      {
        ...percentage('How much of the filesystem is in use then.'),
        'x-minimum': '1%',
        'x-maximum': '100%',
      } as ReturnType<typeof percentage>,
      '100%',
    ),
    ...commonFaultFields,
  },
  'Fills the disks of nodes with a file that takes the free space; the file is removed when the fault is undone. A server may need a restart to store anything again.',
);
type Options = Static<typeof schema>;

/** Node → the filesystem of its store. */
export type SpaceObservation = {
  [node: string]: { write: string; sizeBytes: number; freeBytes: number; fillerBytes: number };
};

export const fillDisk: Fault<typeof schema, SpaceObservation> = {
  kind: 'fill-disk',
  summary: 'Fills the disks of nodes, and makes room again afterwards',
  proof:
    'The free space of each disk, and a write to it: the share that was asked for is in use; at 100%, the write fails with ENOSPC.',
  example: '{ kind: fill-disk, nodes: qa1a/js1-qa1a }',
  schema,
  requires: ['disk-space'],
  title: (options: Options) =>
    `fill the disks of ${listOf(options.nodes).join(', ')} to ${formatPercentage(options.to, 2)}`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: observeSpace,
  vacuous: (before) => {
    const unfit = Object.entries(before).filter(([, disk]) => disk.write !== 'ok');
    if (unfit.length === 0) return null;
    return `${unfit.map(([node, disk]) => `a write to the disk of ${node} gave ${disk.write}`).join(', ')} before the fault`;
  },
  undo: (target, _options, { driver }) =>
    target.nodes.map((node) => ({ driver, op: 'filesystems.release', args: { node } })),
  inject: async (ctx, target, options) => {
    await Promise.all(target.nodes.map((node) => filesystems(ctx).fill(node, options.to)));
  },
  inForce: (_before, now, options) => ({
    proven: everyNode(
      now,
      (disk) =>
        disk.fillerBytes > 0 &&
        (options.to < 1 ? usedOf(disk) >= options.to - TOLERANCE : disk.write === 'ENOSPC'),
    ),
    statement: sentence(now),
  }),
  removed: (_before, now) => ({
    proven: everyNode(now, (disk) => disk.fillerBytes === 0 && disk.write === 'ok'),
    statement: sentence(now),
  }),
};

function observeSpace(ctx: FaultContext, target: FaultTarget): Promise<SpaceObservation> {
  return observeEach(target.nodes, async (node) => {
    const { write, sizeBytes, freeBytes, fillerBytes } = await filesystems(ctx).observe(node);
    return { write, sizeBytes, freeBytes, fillerBytes };
  });
}

function usedOf({ sizeBytes, freeBytes }: SpaceObservation[string]): number {
  return 1 - freeBytes / sizeBytes;
}

function sentence(now: SpaceObservation): string {
  return Object.entries(now)
    .map(
      ([node, disk]) =>
        `${node}: ${disk.freeBytes} of ${disk.sizeBytes} bytes are free, and a write ${disk.write === 'ok' ? 'succeeds' : `fails with ${disk.write}`}`,
    )
    .join('; ');
}
