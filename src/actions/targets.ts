import type { NodeInfo } from '../drivers/driver.ts';
import { listOf, nodesField } from '../faults/fields.ts';
import { resolveNodes } from '../faults/targets.ts';
import { ChaosError } from '../support/errors.ts';
import { address, Type } from '../support/schema.ts';
import type { ActionContext } from './action.ts';

/** Fields of an action on a whole cluster or on some nodes; spread `eitherRule` into the same schema. */
export const clusterOrNodes = {
  cluster: Type.Optional(address('cluster', 'All nodes of this cluster.')),
  nodes: Type.Optional(nodesField),
};

/** Exactly one of `cluster` and `nodes` must be given. */
export const eitherRule = {
  additionalProperties: false,
  anyOf: [{ required: ['cluster'] }, { required: ['nodes'] }],
  not: { required: ['cluster', 'nodes'] },
  'x-message': 'cluster and nodes name the nodes in two ways: give one of them',
  'x-expected': 'which nodes: `cluster`, or `nodes`',
};

interface ClusterOrNodes {
  cluster?: string | undefined;
  nodes?: string | string[] | undefined;
}

export function clusterOrNodesText({ cluster, nodes }: ClusterOrNodes): string {
  return cluster ?? listOf(nodes ?? []).join(', ');
}

/** Those nodes, roles resolved now, in the order of the environment or as they are listed. */
export async function resolveClusterOrNodes(
  ctx: ActionContext,
  { cluster, nodes }: ClusterOrNodes,
): Promise<string[]> {
  if (cluster === undefined) return (await resolveNodes(ctx, nodes ?? [])).nodes;
  return ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.address);
}

/** The one node that an address or a role stands for now. @throws ChaosError for several */
export async function resolveNode(ctx: ActionContext, address: string): Promise<NodeInfo> {
  const { nodes } = await resolveNodes(ctx, address);
  const node = ctx.nodes.find((one) => one.address === nodes[0]);
  if (!node || nodes.length !== 1) {
    throw new ChaosError('failed', `${address} is ${nodes.join(', ')}; expected one node`);
  }
  return node;
}
