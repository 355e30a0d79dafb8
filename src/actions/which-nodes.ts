import { listOf, nodesField } from '../faults/fields.ts';
import { resolveNodes } from '../faults/targets.ts';
import { address, Type } from '../support/schema.ts';
import type { ActionContext } from './action.ts';

/** Fields of an action on a whole cluster or on some nodes; their schema takes `eitherRule` as well. */
export const clusterOrNodes = {
  cluster: Type.Optional(address('cluster', 'All nodes of this cluster.')),
  nodes: Type.Optional(nodesField),
};

/** Demands one of `cluster` and `nodes`, and not both. */
export const eitherRule = {
  additionalProperties: false,
  anyOf: [{ required: ['cluster'] }, { required: ['nodes'] }],
  not: { required: ['cluster', 'nodes'] },
  'x-message': 'cluster and nodes name the nodes in two ways: give one of them',
  'x-expected': 'which nodes: `cluster`, or `nodes`',
};

interface Which {
  cluster?: string | undefined;
  nodes?: string | string[] | undefined;
}

export function whichText({ cluster, nodes }: Which): string {
  return cluster ?? listOf(nodes ?? []).join(', ');
}

/** The nodes that are meant now, in the order of the environment or as they are listed. */
export async function whichNodes(ctx: ActionContext, { cluster, nodes }: Which): Promise<string[]> {
  if (cluster === undefined) return (await resolveNodes(ctx, nodes ?? [])).nodes;
  return ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.address);
}
