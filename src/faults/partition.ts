import { strictObject, Type, type Static } from '../support/schema.ts';
import { commonFaultFields, type Fault } from './fault.ts';
import { betweenField } from './fields.ts';
import { observeLinks, type LinkObservation } from './link-observation.ts';
import { linkControl } from './powers.ts';
import { resolveLinks, sideText } from './targets.ts';

const schema = strictObject(
  { kind: Type.Literal('partition'), between: betweenField, ...commonFaultFields },
  'Cuts every link between two sides, in both directions: connections are reset and stay away.',
);
type Options = Static<typeof schema>;

export const partition: Fault<typeof schema, LinkObservation> = {
  kind: 'partition',
  summary: 'Cuts every link between two clusters, groups of nodes, or clients and nodes',
  schema,
  requires: ['links'],
  title: (options: Options) =>
    `partition between ${sideText(options.between[0])} and ${sideText(options.between[1])}`,
  resolve: (ctx, options) => Promise.resolve(resolveLinks(ctx, options.between)),
  observe: observeLinks,
  vacuous: (before) =>
    before.passing === 0 ? 'no link between the two sides let anything through even before the cut' : null,
  undo: (target, _options, { driver }) => [{ driver, op: 'links.heal', args: { links: target.links } }],
  inject: (ctx, target) => linkControl(ctx).cut(target.links),
  inForce: (before, now) => ({
    proven: now.passing === 0 && now.connections.length === 0,
    statement:
      now.passing === 0 && now.connections.length === 0
        ? `none of ${now.links} links lets anything through, and the servers report no connection between the sides (${before.connections.length} before)`
        : `${now.passing} of ${now.links} links still pass; connections reported: ${now.connections.join(', ') || 'none'}`,
  }),
  removed: (before, now) => ({
    proven: now.passing >= before.passing,
    statement: `${now.passing} of ${now.links} links let data through again (${before.passing} before the fault)`,
  }),
};
