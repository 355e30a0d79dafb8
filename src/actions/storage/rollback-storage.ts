import { listOf, nodesField } from '../../faults/fields.ts';
import { disk, processes } from '../../faults/capabilities.ts';
import { resolveNodes } from '../../faults/targets.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { copyNameField, demandRunning, freeze, markOf, storeText } from './storage-copy.ts';

const schema = strictObject(
  {
    kind: Type.Literal('rollback-storage'),
    nodes: nodesField,
    as: copyNameField,
    within: defaulted(timeLimit('How long a node may take to answer again.'), '60s'),
  },
  'Kills nodes at one moment, puts the copies of their stores back that snapshot-storage made, and starts them: what a loss of power can do to data that was not synced yet. It loses more than that where servers have synced since the copy, so keep the time between the two actions shorter than the sync interval.',
);

export const rollbackStorage: Action<typeof schema> = {
  kind: 'rollback-storage',
  summary: 'Kills nodes and starts them on the stores that snapshot-storage has copied',
  proof:
    'The store of each node is read back once it is replaced: its SHA-256 is that of the copy; then every node answers again.',
  example:
    '{ kind: snapshot-storage, nodes: qa1a/js1-qa1a, as: before }\n{ kind: rollback-storage, nodes: qa1a/js1-qa1a, as: before }',
  schema,
  requires: ['processes', 'disk'],
  takesNodesDown: () => 'at-once',
  title: (options: Static<typeof schema>) =>
    `roll the stores of ${listOf(options.nodes).join(', ')} back to "${options.as}"`,
  objection(options, clusters) {
    const always = clusters.filter(
      (cluster) => cluster.syncInterval === 'always' && targets(options.nodes, cluster),
    );
    if (always.length === 0) return null;
    return `${always.map(({ name }) => name).join(' and ')}: every write is synced there (syncInterval: always), and no loss of power undoes it; rollback-storage would remove synced data, which proves nothing about the servers`;
  },
  async perform(ctx, options) {
    const { nodes } = await resolveNodes(ctx, options.nodes);
    const without = nodes.filter((node) => !disk(ctx).hasCopy(node, markOf(options)));
    if (without.length > 0) {
      throw new ChaosError(
        'failed',
        `there is no copy "${options.as}" of the store of ${without.join(', ')}`,
      );
    }
    await demandRunning(ctx, nodes);
    ctx.demandMayGoDown(nodes);
    const evidence: string[] = [];
    try {
      // All are frozen first: a node killed a little later could acknowledge messages in between.
      await freeze(ctx, nodes);
      await Promise.all(nodes.map((node) => processes(ctx).kill(node)));
      for (const node of nodes) evidence.push(await putBack(ctx, node, markOf(options)));
    } finally {
      await Promise.all(nodes.map((node) => runAgain(ctx, node)));
    }
    await Promise.all(
      nodes.map((node) =>
        until(() => ctx.observer.answers(node), {
          timeoutMs: options.within,
          signal: ctx.signal,
          what: `${node} to answer after its store was rolled back`,
        }),
      ),
    );
    return [...evidence, 'all of them answer again'].join('; ');
  },
};

function targets(
  nodes: string | string[],
  { name, nodes: members }: { name: string; nodes: readonly string[] },
) {
  return listOf(nodes).some((address) => address.split(/[/@]/)[0] === name || members.includes(address));
}

/** @throws ChaosError when the store then differs from the copy */
async function putBack(ctx: ActionContext, node: string, mark: string): Promise<string> {
  const total = await disk(ctx).putBack(node, mark);
  const copied = disk(ctx)
    .events(node, mark)
    .flatMap((event) => (event.op === 'copied' ? [event.sha256] : []))
    .at(-1);
  if (copied !== total.sha256) {
    throw new ChaosError(
      'failed',
      `${storeText(node, total)}, which is not what was copied (${copied ?? '?'})`,
    );
  }
  return `put back, as it was copied, ${storeText(node, total)}`;
}

/** After any failure too, so that no node is left frozen or down. */
async function runAgain(ctx: ActionContext, node: string): Promise<void> {
  await processes(ctx).resume(node);
  await processes(ctx).start(node);
}
