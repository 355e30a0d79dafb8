import { sleep, until } from '../../support/deadline.ts';
import { defaulted, duration, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatDuration } from '../../support/units.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { listOf, membersField } from '../fields.ts';
import { judgedBy, observeNodes, type NodeObservation } from './node-fault.ts';
import { processes } from '../capabilities.ts';
import { resolveNodes } from '../targets.ts';

const PAUSED_MS = 5_000;

const schema = strictObject(
  {
    kind: Type.Literal('pause-kill'),
    nodes: membersField,
    frozenFor: defaulted(duration('How long the nodes are frozen before they are killed.'), '5s'),
    ...commonFaultFields,
  },
  'Freezes nodes (SIGSTOP) and then kills them (SIGKILL), so that what they had not sent yet is never sent.',
);
type Options = Static<typeof schema>;

const dead = judgedBy('down');
const frozen = judgedBy('paused');

export const pauseKill: Fault<typeof schema, NodeObservation> = {
  kind: 'pause-kill',
  summary: 'Freezes nodes, then kills them, so that what they had not sent yet is never sent',
  proof:
    'The state of each process, as the system reports it, and whether the server answers: each node is observed frozen first, and then it is down and does not answer.',
  example: '{ kind: pause-kill, nodes: qa1a/qa@leader, frozenFor: 2s }',
  schema,
  requires: ['processes'],
  takesNodesDown: true,
  title: (options: Options) =>
    `pause ${listOf(options.nodes).join(', ')}, and kill after ${formatDuration(options.frozenFor)}`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  ...dead,
  undo: (target, _options, { driver }) =>
    target.nodes.map((node) => ({ driver, op: 'processes.start', args: { node } })),
  inject: async (ctx, target, options) => {
    await Promise.all(target.nodes.map((node) => processes(ctx).pause(node)));
    // Once they are dead it cannot be proven that they were frozen, so a freeze that cannot be observed ends the fault here.
    await until(
      async () => {
        const now = await observeNodes(ctx, target);
        return frozen.inForce(now, now).proven;
      },
      { timeoutMs: PAUSED_MS, signal: ctx.signal, what: `${target.nodes.join(', ')} frozen` },
    );
    await sleep(options.frozenFor, ctx.signal);
    await Promise.all(target.nodes.map((node) => processes(ctx).kill(node)));
  },
  inForce: (before, now) => {
    const { proven, statement } = dead.inForce(before, now);
    return { proven, statement: proven ? `${statement}, after it was observed frozen` : statement };
  },
};
