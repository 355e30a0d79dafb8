import { ChaosError } from '../support/errors.ts';
import { address, strictObject, Type } from '../support/schema.ts';
import { answersOf } from './answers.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('interest-mode'),
    account: address('account', 'The account.'),
    from: address('cluster', 'The cluster whose servers send.'),
    to: address('cluster', 'The cluster to which they send.'),
  },
  'What decides whether messages of an account cross to another cluster: `optimistic`, `transitioning`, `interest-only`; `mixed` where servers differ, `unlisted` where none has listed the account yet.',
);

export const interestMode: Probe<typeof fields> = {
  kind: 'interest-mode',
  summary:
    'Whether messages of an account cross to another cluster unless nobody there wants them (optimistic), or only if somebody does (interest-only)',
  proof:
    'The mode that the servers of a cluster report for the account on /gatewayz?accs=1. As a number: the subjects of which the other cluster has said that nobody there wants them, added up over the servers.',
  example: '{ kind: interest-mode, account: APP, from: cluster1, to: cluster2, is: interest-only }',
  exampleEnvironment: 'supercluster',
  unit: 'subjects',
  reads: 'both',
  fields,
  target: ({ account, from, to }) => `${account} ${from} to ${to}`,
  bounds: () => ({ min: 0 }),
  async read(ctx, { account, from, to }) {
    const answers = await answersOf(ctx, from, (node) => ctx.observer.outboundGateways(node));
    const gateways = answers.flat().filter(({ cluster }) => cluster === to);
    if (gateways.length === 0) throw new ChaosError('failed', `${from} has no gateway connection to ${to}`);
    const listed = gateways.flatMap(({ accounts }) => accounts.filter(({ name }) => name === account));
    const modes = new Set(listed.map(({ mode }) => mode));
    const [mode = 'unlisted', ...others] = modes;
    return {
      value: listed.reduce((sum, { noInterest }) => sum + noInterest, 0),
      state: others.length > 0 ? 'mixed' : mode,
    };
  },
};
