import { address, strictObject, Type, type Static } from '../../support/schema.ts';
import { cutting, type CutObservation } from './cut.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { modeField, modeText } from '../fields.ts';
import { routesOf } from '../may-touch.ts';
import { routesWhere } from '../targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('bridge'),
    cluster: address('cluster', 'The cluster, of three nodes or more.'),
    over: Type.Optional(
      address('node', 'The node that both halves still reach; left out: one chosen by the seed.'),
    ),
    mode: modeField,
    ...commonFaultFields,
  },
  'Splits a cluster into two halves that reach only their own nodes and one node in the middle, which reaches all.',
);
type Options = Static<typeof schema>;

export const bridge: Fault<typeof schema, CutObservation> = {
  kind: 'bridge',
  summary: 'Splits a cluster into two halves that share one node',
  proof:
    'Every link between the two halves is tried from outside, and the servers at both ends are asked for their connections: none is left but those of the node in the middle.',
  example: '{ kind: bridge, cluster: qa1a }',
  schema,
  ...cutting,
  title: ({ cluster, over, mode }: Options) =>
    `bridge${modeText(mode)} through ${cluster}${over === undefined ? '' : ` over ${over}`}`,
  // The seed chooses the halves, and without `over` the node in the middle too.
  mayTouch: (system, { cluster, over }) =>
    routesOf(system, cluster)
      .filter(({ from, to }) => from !== over && to !== over)
      .map(({ id }) => id),
  resolve: (ctx, { cluster, over }) => {
    const nodes = ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.address);
    const middle = over ?? ctx.random.pick(nodes);
    const outer = ctx.random.sample(
      nodes.filter((node) => node !== middle),
      nodes.length - 1,
    );
    const half = new Set(outer.slice(0, Math.floor(outer.length / 2)));
    const links = routesWhere(
      ctx,
      nodes,
      (a, b) => a !== middle && b !== middle && half.has(a) !== half.has(b),
    );
    return Promise.resolve({ nodes: [], links, roles: { 'the bridge': [middle], 'one half': [...half] } });
  },
};
