import { ChaosError } from '../support/errors.ts';
import { defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import { cutting, type CutObservation } from './cut.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from './fault.ts';
import { listOf, modeField, modeText, nodesField } from './fields.ts';
import { resolveNodes } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('isolate'),
    nodes: nodesField,
    clients: defaulted(Type.Boolean({ description: 'Cut the clients off from these nodes as well.' }), false),
    mode: modeField,
    ...commonFaultFields,
  },
  'Cuts every link between some nodes and all others, of their own cluster and of other clusters; several nodes stay linked with one another.',
);
type Options = Static<typeof schema>;

export const isolate: Fault<typeof schema, CutObservation> = {
  kind: 'isolate',
  summary: 'Cuts nodes off from all other nodes, and if told so from clients',
  schema,
  ...cutting,
  // Without a majority to talk to, a node serves nobody who needs one.
  takesNodesDown: true,
  title: ({ nodes, clients, mode }: Options) =>
    `isolation${modeText(mode)} of ${listOf(nodes).join(', ')}${clients ? ', clients included' : ''}`,
  resolve: async (ctx, options) => linksAround(ctx, await resolveNodes(ctx, options.nodes), options.clients),
};

function linksAround(ctx: FaultContext, target: FaultTarget, clients: boolean): FaultTarget {
  const inside = new Set(target.nodes);
  const links = ctx.links.filter(
    (link) => inside.has(link.from) !== inside.has(link.to) && (clients || link.kind !== 'client'),
  );
  if (links.length === 0)
    throw new ChaosError('failed', `no link joins ${target.nodes.join(', ')} with any other node`);
  return { ...target, links: links.map((link) => link.id) };
}
