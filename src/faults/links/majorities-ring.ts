import { address, strictObject, Type, type Static } from '../../support/schema.ts';
import { cutting, type CutObservation } from './cut.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { modeField, modeText } from '../fields.ts';
import { routesOf } from '../may-touch.ts';
import { routesWhere } from '../targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('majorities-ring'),
    cluster: address('cluster', 'The cluster, of four nodes or more.'),
    mode: modeField,
    ...commonFaultFields,
  },
  'Cuts links of a cluster so that every node reaches a majority, and no two nodes reach the same one.',
);
type Options = Static<typeof schema>;

export const majoritiesRing: Fault<typeof schema, CutObservation> = {
  kind: 'majorities-ring',
  summary: 'Lets every node of a cluster reach a majority, each a different one',
  proof:
    'Every link that is to be cut is tried from outside, and the servers at both ends are asked for their connections: none can be connected through.',
  example: '{ kind: majorities-ring, cluster: qa1a }',
  schema,
  ...cutting,
  title: ({ cluster, mode }: Options) => `ring of majorities${modeText(mode)} in ${cluster}`,
  // The seed chooses the ring.
  mayTouch: (system, { cluster }) => routesOf(system, cluster).map(({ id }) => id),
  resolve: (ctx, { cluster }) => {
    const nodes = ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.address);
    const ring = ctx.random.sample(nodes, nodes.length);
    const links = routesWhere(
      ctx,
      nodes,
      (a, b) => !stayLinked(ring.indexOf(a), ring.indexOf(b), ring.length),
    );
    return Promise.resolve({ nodes: [], links, roles: { 'the ring': ring } });
  },
};

/** Whether two places on a ring stay linked: the nearest on both sides do, as many as each needs for a majority. */
export function stayLinked(a: number, b: number, size: number): boolean {
  const apart = Math.abs(a - b);
  const distance = Math.min(apart, size - apart);
  // Each place counts itself, so a majority needs this many others.
  const others = Math.floor(size / 2);
  if (others % 2 === 0) return distance <= others / 2;
  // An odd number of others: also the place right across the ring, if there is one, or one more on both sides.
  return size % 2 === 0
    ? distance <= (others - 1) / 2 || distance === size / 2
    : distance <= (others + 1) / 2;
}
