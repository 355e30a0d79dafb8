import { ChaosError } from '../support/errors.ts';
import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('server-list'),
    cluster: address('cluster', 'The cluster at one of whose servers all are asked.'),
  },
  'How many servers of the whole system answer, as `nats server ls` lists them.',
);

export const serverList: Probe<typeof fields> = {
  kind: 'server-list',
  summary: 'How many servers of the whole system answer, as `nats server ls` lists them',
  proof:
    'The servers that answer $SYS.REQ.SERVER.PING, asked in the system account at the first server of the cluster that takes the question: its cluster, those behind gateways, and those behind leafnodes that join system accounts.',
  example: '{ kind: server-list, cluster: qa1a, min: 3, within: 20s }',
  unit: 'servers',
  reads: 'value',
  fields,
  target: ({ cluster }) => cluster,
  bounds: () => ({ min: 1 }),
  async read(ctx, { cluster }) {
    let failure: unknown;
    for (const node of ctx.nodes.filter((one) => one.cluster === cluster)) {
      try {
        const names = await ctx.observer.serverList(node.address);
        if (names.length > 0) return { value: names.length };
      } catch (error) {
        failure = error;
      }
    }
    throw new ChaosError('failed', `no server of ${cluster} answers in the system account`, {
      cause: failure,
    });
  },
};
