import { MONITOR_ENDPOINTS, monitorPath, type MonitorEndpoint } from '../../nats/monitor/endpoints.ts';
import { address, strictObject, Type } from '../../support/schema.ts';
import { pathFlaws } from '../flaws.ts';
import { readPath } from '../json-path.ts';
import type { Flaw, Probe } from '../probe.ts';

const NODES =
  'A node as cluster/node; a cluster, for all of its nodes; or a list of them. Each node is read by itself, and each must satisfy the condition.';

const fields = strictObject(
  {
    kind: Type.Literal('monitor'),
    endpoint: Type.Unsafe<MonitorEndpoint>({
      type: 'string',
      enum: Object.keys(MONITOR_ENDPOINTS),
      description: 'The monitoring endpoint, without its slash.',
    }),
    nodes: Type.Unsafe<string | string[]>({
      type: ['string', 'array'],
      minLength: 1,
      minItems: 1,
      uniqueItems: true,
      'x-address': 'endpoint',
      items: address('endpoint', 'A node as cluster/node, or a cluster.'),
      description: NODES,
    }),
    query: Type.Optional(
      Type.Unsafe<Record<string, string | number | boolean>>({
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean'], description: 'Its value.' },
        description: 'Query parameters of the endpoint, such as accounts: true.',
      }),
    ),
    path: Type.String({
      minLength: 1,
      description:
        'Where the number or word is in the answer: fields joined by ".", an element as [0] or [name=orders], a name with dots as ["a.b"]; `length` of a list counts its elements.',
    }),
  },
  'Any field of a monitoring endpoint, as the server itself reports it.',
);

export const monitor: Probe<typeof fields> = {
  kind: 'monitor',
  summary: 'Any number or word in the answer of a monitoring endpoint',
  proof:
    'The JSON that the server answers at /varz, /jsz, /connz and so on. A field that is not there, or a server that does not answer, is no reading.',
  example: '{ kind: monitor, endpoint: varz, nodes: qa1a, path: slow_consumers, max: 0 }',
  unit: '',
  reads: 'both',
  fields,
  each: ({ nodes, ...rest }, nodesOf) =>
    [nodes]
      .flat()
      .flatMap((one) => nodesOf(one))
      .map((node) => ({ ...rest, nodes: node })),
  target: ({ nodes, endpoint, query, path }) =>
    `${[nodes].flat().join(', ')} ${monitorPath(endpoint, query)} ${path}`,
  flaws: (options) => [...queryFlaws(options), ...pathFlaws(options['path'])],
  async read(ctx, { nodes, endpoint, query, path }) {
    const answer = await ctx.observer.monitor([nodes].flat()[0] ?? '', endpoint, query);
    return readPath(answer, path);
  },
};

/** A server ignores a parameter that it does not know, and would answer something else than was meant. */
function queryFlaws({ endpoint, query }: Record<string, unknown>): Flaw[] {
  if (typeof endpoint !== 'string' || !Object.hasOwn(MONITOR_ENDPOINTS, endpoint)) return [];
  if (typeof query !== 'object' || query === null) return [];
  const known: readonly string[] = MONITOR_ENDPOINTS[endpoint as MonitorEndpoint];
  const expected = known.length === 0 ? 'it takes none' : `expected ${known.join(', ')}`;
  return Object.keys(query)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      field: 'query',
      key: name,
      text: `/${endpoint} has no query parameter "${name}"; ${expected}`,
    }));
}
