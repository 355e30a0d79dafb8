import { ChaosError } from '../support/errors.ts';
import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('server-healthy'),
    servers: address('endpoint', 'A cluster, or one node as cluster/node.'),
  },
  'How many of the servers say `ok` on /healthz; as a word `healthy` when all do, else `unhealthy`.',
);

export const serverHealthy: Probe<typeof fields> = {
  kind: 'server-healthy',
  summary: 'How many servers say ok on /healthz; healthy when all do',
  unit: 'servers',
  reads: 'both',
  fields,
  target: (options) => options.servers,
  async read(ctx, options) {
    const nodes = ctx.nodes.filter(
      (node) => node.cluster === options.servers || node.address === options.servers,
    );
    if (nodes.length === 0) throw new ChaosError('invalid', `there is no cluster or node ${options.servers}`);
    const answers = await Promise.all(nodes.map((node) => ctx.observer.healthy(node.address)));
    const value = answers.filter(Boolean).length;
    return { value, state: value === nodes.length ? 'healthy' : 'unhealthy' };
  },
};
