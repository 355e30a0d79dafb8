import { ChaosError } from '../support/errors.ts';
import { address, strictObject, Type } from '../support/schema.ts';
import { answersOf } from './answers.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('gateway-messages'),
    from: address('cluster', 'The cluster whose servers send.'),
    to: address('cluster', 'The cluster to which they send.'),
  },
  'How many messages have crossed the gateways from one cluster to another, those of the servers included.',
);

export const gatewayMessages: Probe<typeof fields> = {
  kind: 'gateway-messages',
  summary: 'How many messages have crossed the gateways from one cluster to another',
  proof:
    'The messages that the outbound gateway connections have sent by /gatewayz, added up. Servers send some of their own all the time, and each new connection counts from 0.',
  example: '{ kind: gateway-messages, from: cluster1, to: cluster2, min: 1000 }',
  exampleEnvironment: 'supercluster',
  unit: 'messages',
  reads: 'value',
  fields,
  target: ({ from, to }) => `${from} to ${to}`,
  bounds: () => ({ min: 0 }),
  async read(ctx, { from, to }) {
    const answers = await answersOf(ctx, from, (node) => ctx.observer.outboundGateways(node));
    const gateways = answers.flat().filter(({ cluster }) => cluster === to);
    if (gateways.length === 0) throw new ChaosError('failed', `${from} has no gateway connection to ${to}`);
    return { value: gateways.reduce((sum, { sent }) => sum + sent, 0) };
  },
};
