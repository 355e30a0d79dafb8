import { ChaosError } from '../support/errors.ts';
import { address, strictObject, Type } from '../support/schema.ts';
import { atMost, type Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('server-healthy'),
    servers: Type.Unsafe<string | string[]>({
      type: ['string', 'array'],
      minLength: 1,
      minItems: 1,
      uniqueItems: true,
      'x-address': 'endpoint',
      items: address('endpoint', 'A cluster, or one node as cluster/node.'),
      description:
        'A cluster, or one node as cluster/node; or a list of them: each is read by itself, and each must satisfy the condition.',
    }),
  },
  'How many of the servers say `ok` on /healthz; as a word `healthy` when all do, else `unhealthy`.',
);

export const serverHealthy: Probe<typeof fields> = {
  kind: 'server-healthy',
  summary: 'How many servers say ok on /healthz; healthy when all do',
  proof: "The answer of each server's monitoring endpoint to /healthz.",
  example: '{ kind: server-healthy, servers: qa1a, is: healthy, within: 20s }',
  unit: 'servers',
  reads: 'both',
  fields,
  each: ({ servers, ...rest }) => [servers].flat().map((one) => ({ ...rest, servers: one })),
  target: ({ servers }) => [servers].flat().join(', '),
  bounds: ({ servers }, around) => atMost(largest([servers].flat().map((one) => around.nodes(one)))),
  async read(ctx, options) {
    const wanted = [options.servers].flat();
    const nodes = ctx.nodes.filter(
      ({ cluster, address }) => wanted.includes(cluster) || wanted.includes(address),
    );
    if (nodes.length === 0)
      throw new ChaosError('invalid', `there is no cluster or node ${wanted.join(', ')}`);
    const answers = await Promise.all(nodes.map((node) => ctx.observer.healthy(node.address)));
    const value = answers.filter(Boolean).length;
    return { value, state: value === nodes.length ? 'healthy' : 'unhealthy' };
  },
};

/** Each item is read by itself, so the largest gives the bound for all. */
function largest(sizes: readonly (number | undefined)[]): number | undefined {
  const known = sizes.filter((size) => size !== undefined);
  return known.length === sizes.length ? Math.max(...known) : undefined;
}
