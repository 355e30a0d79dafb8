import { address, strictObject, Type, type Static } from '../support/schema.ts';
import { cutting, type CutObservation } from './cut.ts';
import { commonFaultFields, type Fault } from './fault.ts';
import { modeField, modeText } from './fields.ts';
import { routesWhere } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('majorities-ring'),
    cluster: address('cluster', 'The cluster, of four nodes or more.'),
    mode: modeField,
    ...commonFaultFields,
  },
  'Cuts links of a cluster so that every node sees a majority, and no two nodes see the same one.',
);
type Options = Static<typeof schema>;

export const majoritiesRing: Fault<typeof schema, CutObservation> = {
  kind: 'majorities-ring',
  summary: 'Lets every node of a cluster see a majority, each a different one',
  schema,
  ...cutting,
  title: ({ cluster, mode }: Options) => `ring of majorities${modeText(mode)} in ${cluster}`,
  resolve: (ctx, { cluster }) => {
    const nodes = ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.address);
    const ring = ctx.random.sample(nodes, nodes.length);
    const links = routesWhere(
      ctx,
      nodes,
      (a, b) => !seeOneAnother(ring.indexOf(a), ring.indexOf(b), ring.length),
    );
    return Promise.resolve({ nodes: [], links, roles: { 'the ring': ring } });
  },
};

/** Whether two places on a ring stay linked: the nearest ones do, on both sides, until each sees a majority. */
export function seeOneAnother(a: number, b: number, size: number): boolean {
  const apart = Math.abs(a - b);
  const distance = Math.min(apart, size - apart);
  // Each place counts itself, so a majority takes so many others.
  const others = Math.floor(size / 2);
  if (others % 2 === 0) return distance <= others / 2;
  // An odd number of others: the one right across, where there is such a place, or one more on both sides.
  return size % 2 === 0
    ? distance <= (others - 1) / 2 || distance === size / 2
    : distance <= (others + 1) / 2;
}
