import { defaulted, strictObject, timeLimit, Type } from '../../../support/schema.ts';
import { EXPECTED, NAME, namedRecord } from '../common.ts';
import { clientTls } from './client-tls.ts';
import { port } from './port.ts';

const inContainers = strictObject(
  {
    project: Type.Optional(
      Type.String({ ...NAME, description: 'The compose project that the containers belong to.' }),
    ),
    label: Type.Optional(
      Type.String({
        pattern: '^[^\\s=]+(=.*)?$',
        [EXPECTED]: 'a label, or a label=value',
        examples: ['team=nats'],
        description: 'A label that the containers carry, with or without its value.',
      }),
    ),
    ...insidePorts(),
  },
  'The servers are containers of a Docker engine: those of a compose project, those with a label, or those of the right names.',
);

export const compose = strictObject(
  {
    file: Type.String({
      minLength: 1,
      examples: ['compose/dual-mirror.yaml'],
      description: 'The compose file; relative to this one.',
    }),
    within: defaulted(timeLimit('How long its health checks may take to be healthy.'), '60s'),
    ...insidePorts(),
    tls: Type.Optional(clientTls),
  },
  'A compose file that is brought up for each run, as a project of its own, and taken down after it.',
);

export const attach = strictObject(
  {
    allowFaults: defaulted(
      Type.Boolean({
        description:
          'Whether anything may be written or disturbed there: workloads, actions and faults. Left out: it is only read.',
      }),
      false,
    ),
    hosts: Type.Optional(
      Type.Array(Type.String({ minLength: 1, description: 'A host, as the addresses of servers name it.' }), {
        minItems: 1,
        uniqueItems: true,
        description: 'The hosts that may be touched; with allowFaults, they must cover every server below.',
      }),
    ),
    docker: Type.Optional(inContainers),
    tls: Type.Optional(clientTls),
  },
  'The servers run already: the runner starts none, and stops none. What is declared here must be there.',
);

export const servers = namedRecord<{ client: string; monitor: string }>(
  strictObject(
    {
      client: Type.String({
        pattern: '^([^\\s/@:\\[\\]]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$',
        [EXPECTED]: 'host:port, such as 127.0.0.1:4222',
        examples: ['127.0.0.1:4222'],
        description: 'Where clients connect.',
      }),
      monitor: Type.String({
        pattern: '^https?://([^\\s/@:\\[\\]]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?$',
        [EXPECTED]: 'a URL of host and port, such as http://127.0.0.1:8222',
        examples: ['http://127.0.0.1:8222'],
        description: 'Base URL of its monitoring endpoint.',
      }),
    },
    'Where a server is.',
  ),
  'Where each node is, by its name; only with `attach`, for servers that run already.',
);

export const containers = Type.Unsafe<Record<string, string>>({
  type: 'object',
  minProperties: 1,
  additionalProperties: {
    type: 'string',
    minLength: 1,
    description: 'The name of its container, or of its service in the compose project.',
  },
  description:
    'Container or service of each node that is not called as the node is; only with `compose` or `attach: { docker: ... }`.',
});

function insidePorts() {
  return {
    clientPort: defaulted(port('Where a server listens for clients, inside its container.'), 4222),
    monitorPort: defaulted(port('Where a server has its monitoring endpoint, inside its container.'), 8222),
  };
}
