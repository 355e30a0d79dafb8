import { defaulted, size, strictObject, Type } from '../../support/schema.ts';
import { EXPECTED, NAME } from '../common-schema.ts';
import type { Json } from '../../support/json.ts';
import { UNITS } from '../../support/units.ts';
import { containers, servers } from './attach.ts';
import { engine } from './engine.ts';
import { port } from './port.ts';

export const cluster = strictObject(
  {
    nodes: Type.Array(Type.String({ ...NAME, description: 'Name of a server, unique in the environment.' }), {
      minItems: 1,
      uniqueItems: true,
      description: 'The servers of the cluster.',
    }),
    servers: Type.Optional(servers),
    containers: Type.Optional(containers),
    docker: Type.Optional(engine),
    ports: defaulted(
      strictObject(
        {
          client: Type.Optional(port('Client port of the first node.')),
          cluster: Type.Optional(port('Route port of the first node.')),
          monitor: Type.Optional(port('Monitoring port of the first node.')),
          leafnode: Type.Optional(port('Leafnode port of the first node.')),
          gateway: Type.Optional(port('Gateway port of the first node.')),
        },
        "The first node's ports; the others count up from there. What is left out gets free ones.",
      ),
      {},
    ),
    jetstream: defaulted(
      strictObject(
        {
          domain: Type.Optional(
            Type.String({
              pattern: '^[^\\s.*>/\\\\]+$',
              [EXPECTED]: 'a JetStream domain: one word without ".", "*" and ">"',
              description:
                'JetStream domain; needed where clusters are joined by leafnode links, and one for all clusters joined by gateways.',
            }),
          ),
          maxFile: Type.Optional(size('Most file storage that each server may use.')),
          maxMemory: Type.Optional(size('Most memory storage that each server may use.')),
          syncInterval: Type.Optional(
            Type.Unsafe<'always' | number>({
              type: 'string',
              pattern: `^always$|${UNITS.duration.pattern}`,
              'x-unit': 'duration',
              [EXPECTED]: '"always", or a duration with its unit (ms, s, m or h), such as 2m',
              examples: ['2m', 'always'],
              description: 'How often servers sync to disk: `always`, or a duration. NATS itself says 2m.',
            }),
          ),
        },
        'JetStream on every server of the cluster.',
      ),
      {},
    ),
    config: defaulted(
      Type.Unsafe<Record<string, Json>>({
        type: 'object',
        description: 'Server configuration merged over the generated one, key by key; null takes a key away.',
      }),
      {},
    ),
  },
  'A NATS cluster.',
);
