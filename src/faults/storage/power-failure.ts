import type { FilesystemState, ProcessState } from '../../drivers/driver.ts';
import { strictObject, Type, type Static } from '../../support/schema.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from '../fault.ts';
import { listOf, nodesField } from '../fields.ts';
import { filesystems, processes } from '../capabilities.ts';
import { everyNode, observeEach } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

const schema = strictObject(
  { kind: Type.Literal('power-failure'), nodes: nodesField, ...commonFaultFields },
  'Cuts the power of nodes, all at the same moment: what they have not synced to disk is lost. They are started again, on what was synced, when the fault is undone.',
);
type Options = Static<typeof schema>;

/** Node → its process and its filesystem. */
export type PowerObservation = {
  [node: string]: {
    state: ProcessState;
    answers: boolean;
    mounted: boolean;
    write: string;
    unsynced: FilesystemState['unsynced'];
  };
};

export const powerFailure: Fault<typeof schema, PowerObservation> = {
  kind: 'power-failure',
  summary: 'Cuts the power of nodes: what they have not synced to disk is lost',
  proof:
    'The state of each process, and a write to its disk: the process has ended and the write fails with EIO; at the removal, a file that was not synced before is lost.',
  example: '{ kind: power-failure, nodes: qa1a/qa@leader }',
  schema,
  requires: ['processes', 'power'],
  takesNodesDown: true,
  title: (options: Options) => `power failure of ${listOf(options.nodes).join(', ')}`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: observePower,
  vacuous: (before) => {
    const dead = Object.entries(before).filter(([, one]) => one.state !== 'running' || one.write !== 'ok');
    if (dead.length === 0) return null;
    return `${dead.map(([name, one]) => `${name} was ${one.state}, and a write to its disk gave ${one.write}`).join(', ')} before the fault`;
  },
  undo: (target, _options, { driver }) =>
    target.nodes.map((node) => ({ driver, op: 'filesystems.restore-power', args: { node } })),
  inject: cut,
  inForce: (_before, now) => ({
    proven: everyNode(
      now,
      (one) => one.state === 'down' && !one.answers && one.mounted && one.write === 'EIO',
    ),
    statement: sentence(
      now,
      (one) =>
        `it is ${one.state}, and a write to its disk ${one.write === 'ok' ? 'succeeds' : `fails with ${one.write}`}`,
    ),
  }),
  removed: (_before, now) => ({
    proven: everyNode(
      now,
      (one) => one.state === 'running' && one.answers && one.write === 'ok' && one.unsynced === 'lost',
    ),
    statement: sentence(
      now,
      (one) =>
        `it is ${one.state} and ${one.answers ? 'answers' : 'does not answer'}; its disk is ${one.mounted ? 'mounted again' : 'not mounted'}${unsyncedText(one.unsynced)}`,
    ),
  }),
};

function observePower(ctx: FaultContext, target: FaultTarget): Promise<PowerObservation> {
  return observeEach(target.nodes, async (node) => {
    const [state, answers, disk] = await Promise.all([
      processes(ctx).state(node),
      ctx.observer.answers(node),
      filesystems(ctx).observe(node),
    ]);
    const { mounted, write, unsynced } = disk;
    return { state, answers, mounted, write, unsynced };
  });
}

/** The nodes are frozen first, so that no client gets an acknowledgement after the disk is gone. */
async function cut(ctx: FaultContext, { nodes }: FaultTarget): Promise<void> {
  await Promise.all(nodes.map((node) => processes(ctx).pause(node)));
  await filesystems(ctx).cutPower(nodes);
  await Promise.all(nodes.map((node) => processes(ctx).kill(node)));
}

function sentence(now: PowerObservation, words: (one: PowerObservation[string]) => string): string {
  return Object.entries(now)
    .map(([name, one]) => `${name}: ${words(one)}`)
    .join('; ');
}

function unsyncedText(unsynced: FilesystemState['unsynced']): string {
  if (unsynced === null) return '';
  return `, and a file that was not synced before is ${unsynced === 'lost' ? 'lost' : 'still there'}`;
}
