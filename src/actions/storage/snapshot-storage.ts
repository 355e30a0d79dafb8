import { listOf, nodesField } from '../../faults/fields.ts';
import { disk, processes } from '../../faults/capabilities.ts';
import { resolveNodes } from '../../faults/targets.ts';
import { strictObject, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { copyNameField, demandRunning, freeze, markOf, storeText } from './storage-copy.ts';

const schema = strictObject(
  { kind: Type.Literal('snapshot-storage'), nodes: nodesField, as: copyNameField },
  'Copies the stores of nodes, all as of one moment: the nodes are frozen while they are copied. rollback-storage puts the copies back.',
);

export const snapshotStorage: Action<typeof schema> = {
  kind: 'snapshot-storage',
  summary: 'Copies the stores of nodes, for rollback-storage to put back',
  proof: 'The copy of each store is read back: how many files and bytes it has, and its SHA-256.',
  example: '{ kind: snapshot-storage, nodes: qa1a/js1-qa1a, as: before }',
  schema,
  requires: ['processes', 'disk'],
  takesNodesDown: () => 'at-once',
  title: (options: Static<typeof schema>) =>
    `copy the stores of ${listOf(options.nodes).join(', ')} as "${options.as}"`,
  async perform(ctx, options) {
    const { nodes } = await resolveNodes(ctx, options.nodes);
    await demandRunning(ctx, nodes);
    ctx.demandMayGoDown(nodes);
    const evidence: string[] = [];
    try {
      await freeze(ctx, nodes);
      for (const node of nodes) {
        evidence.push(`copied ${storeText(node, await disk(ctx).copyStore(node, markOf(options)))}`);
      }
    } finally {
      await Promise.all(nodes.map((node) => processes(ctx).resume(node)));
    }
    return evidence.join('; ');
  },
};
