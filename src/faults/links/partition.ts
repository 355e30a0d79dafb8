import { strictObject, Type, type Static } from '../../support/schema.ts';
import { cutting, type CutObservation } from './cut.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { betweenField, directionField, directionText, modeField, modeText } from '../fields.ts';
import { linksBetween } from '../may-touch.ts';
import { resolveLinks, sideText } from '../targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('partition'),
    between: betweenField,
    direction: directionField,
    mode: modeField,
    ...commonFaultFields,
  },
  'Cuts every link between two sides, in both directions or, as a black hole, in one.',
);
type Options = Static<typeof schema>;

export const partition: Fault<typeof schema, CutObservation> = {
  kind: 'partition',
  summary: 'Cuts every link between two clusters, groups of nodes, or clients and nodes',
  proof:
    'Every link between the sides is tried from outside: with `reset` none can be connected through and the servers report no connection between the sides; with `blackhole` connections open and nothing passes in the direction that is cut.',
  example: '{ kind: partition, between: [qa1a, qa1b] }',
  schema,
  ...cutting,
  title: ({ between, direction, mode }: Options) =>
    `partition${modeText(mode)} between ${sideText(between[0])} and ${sideText(between[1])}${directionText(direction)}`,
  mayTouch: linksBetween,
  resolve: (ctx, { between, direction }) => Promise.resolve(resolveLinks(ctx, between, direction)),
};
