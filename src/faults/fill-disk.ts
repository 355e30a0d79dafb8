import { defaulted, percentage, strictObject, Type, type Static } from '../support/schema.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from './fault.ts';
import { listOf, nodesField } from './fields.ts';
import { filesystems } from './powers.ts';
import { resolveNodes } from './targets.ts';

/** Servers go on writing and removing while a disk is filled. */
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
  'Fills the disks of nodes with a file that takes what is free; the file is removed when the fault is undone. A server may need a restart to store anything again.',
);
type Options = Static<typeof schema>;

/** Node → the filesystem of its store. */
export type SpaceObservation = {
  [node: string]: { write: string; sizeBytes: number; freeBytes: number; ballastBytes: number };
};

export const fillDisk: Fault<typeof schema, SpaceObservation> = {
  kind: 'fill-disk',
  summary: 'Fills the disks of nodes, and makes room again afterwards',
  schema,
  requires: ['disk-space'],
  title: (options: Options) =>
    `fill the disks of ${listOf(options.nodes).join(', ')} to ${percent(options.to)}`,
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
    proven: everyDisk(
      now,
      (disk) =>
        disk.ballastBytes > 0 &&
        (options.to < 1 ? usedOf(disk) >= options.to - TOLERANCE : disk.write === 'ENOSPC'),
    ),
    statement: sentence(now),
  }),
  removed: (_before, now) => ({
    proven: everyDisk(now, (disk) => disk.ballastBytes === 0 && disk.write === 'ok'),
    statement: sentence(now),
  }),
};

async function observeSpace(ctx: FaultContext, target: FaultTarget): Promise<SpaceObservation> {
  const seen = target.nodes.map(async (node) => {
    const { write, sizeBytes, freeBytes, ballastBytes } = await filesystems(ctx).look(node);
    return [node, { write, sizeBytes, freeBytes, ballastBytes }] as const;
  });
  return Object.fromEntries(await Promise.all(seen));
}

function everyDisk(now: SpaceObservation, holds: (disk: SpaceObservation[string]) => boolean): boolean {
  const disks = Object.values(now);
  return disks.length > 0 && disks.every(holds);
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

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))}%`;
}
