import { until } from '../../support/deadline.ts';
import { defaulted, duration, strictObject, Type, type Static } from '../../support/schema.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { listOf, nodesField } from '../fields.ts';
import { judgedBy, type NodeObservation } from './node-fault.ts';
import { processes } from '../capabilities.ts';
import { resolveNodes } from '../targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('lame-duck'),
    nodes: nodesField,
    within: defaulted(
      duration('How long the servers may take to exit; by their own default they take up to 2m.'),
      '3m',
    ),
    ...commonFaultFields,
  },
  'Puts nodes into lame duck mode (SIGUSR2): they hand over their leaders, disconnect their clients one by one, and exit.',
);
type Options = Static<typeof schema>;

export const lameDuck: Fault<typeof schema, NodeObservation> = {
  kind: 'lame-duck',
  summary: 'Puts nodes into lame duck mode (SIGUSR2): they hand over leaders, disconnect clients, then exit',
  proof:
    'The state of each process, as the system reports it, and whether the server answers: each node has exited by itself and does not answer.',
  example: '{ kind: lame-duck, nodes: qa1a/qa@leader }',
  schema,
  requires: ['processes'],
  takesNodesDown: true,
  title: (options: Options) => `lame duck mode of ${listOf(options.nodes).join(', ')}`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  ...judgedBy('down'),
  undo: (target, _options, { driver }) =>
    target.nodes.map((node) => ({ driver, op: 'processes.start', args: { node } })),
  inject: async (ctx, target, options) => {
    await Promise.all(
      target.nodes.map(async (node) => {
        await processes(ctx).lameDuck(node);
        await until(async () => (await processes(ctx).state(node)) === 'down', {
          timeoutMs: options.within,
          signal: ctx.signal,
          what: `end of ${node} in lame duck mode`,
        });
      }),
    );
  },
};
