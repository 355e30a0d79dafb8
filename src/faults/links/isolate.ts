import { ChaosError } from '../../support/errors.ts';
import { defaulted, strictObject, Type, type Static } from '../../support/schema.ts';
import { cutting, type CutObservation } from './cut.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from '../fault.ts';
import { listOf, modeField, modeText, membersField } from '../fields.ts';
import { possibleNodes } from '../may-touch.ts';
import { resolveNodes } from '../targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('isolate'),
    nodes: membersField,
    clients: defaulted(Type.Boolean({ description: 'Cut the clients off from these nodes as well.' }), false),
    mode: modeField,
    ...commonFaultFields,
  },
  'Cuts every link between some nodes and all others, of their own cluster and of other clusters; several nodes stay linked with one another.',
);
type Options = Static<typeof schema>;

export const isolate: Fault<typeof schema, CutObservation> = {
  kind: 'isolate',
  summary: 'Cuts nodes off from all other nodes, and with `clients` from clients too',
  proof:
    'Every link of the nodes is tried from outside, and the servers at both ends are asked for their connections: none can be connected through, or with `blackhole` nothing passes.',
  example: '{ kind: isolate, nodes: qa1a/qa@leader }',
  schema,
  ...cutting,
  // A node that reaches no majority serves no stream that needs one.
  takesNodesDown: true,
  title: ({ nodes, clients, mode }: Options) =>
    `isolation${modeText(mode)} of ${listOf(nodes).join(', ')}${clients ? ', clients included' : ''}`,
  mayTouch: (system, { nodes, clients }) => {
    const { surely, perhaps } = possibleNodes(system, nodes);
    // A role may choose one end of a link and not the other.
    const isDrawn = (end: string): boolean => perhaps.has(end) && !surely.has(end);
    return system.links
      .filter(({ from, to }) => isDrawn(from) || isDrawn(to) || surely.has(from) !== surely.has(to))
      .filter(({ from }) => clients || from !== 'client')
      .map(({ id }) => id);
  },
  resolve: async (ctx, options) => linksAround(ctx, await resolveNodes(ctx, options.nodes), options.clients),
};

function linksAround(ctx: FaultContext, target: FaultTarget, clients: boolean): FaultTarget {
  const inside = new Set(target.nodes);
  const links = ctx.links.filter(
    (link) => inside.has(link.from) !== inside.has(link.to) && (clients || link.from !== 'client'),
  );
  if (links.length === 0)
    throw new ChaosError('failed', `no link joins ${target.nodes.join(', ')} with any other node`);
  return { ...target, links: links.map((link) => link.id) };
}
