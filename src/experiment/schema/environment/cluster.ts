import { address, defaulted, strictObject, Type } from '../../../support/schema.ts';
import { NAME } from '../common.ts';
import type { Json } from '../../../support/json.ts';
import { containers, servers } from './attach.ts';
import { clusterJetstream } from './cluster-jetstream.ts';
import { engine } from './engine.ts';
import { port } from './port.ts';
import { clusterTls } from './tls.ts';

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
          websocket: Type.Optional(port('WebSocket port of the first node.')),
          mqtt: Type.Optional(port('MQTT port of the first node.')),
        },
        "The first node's ports; the others count up from there. What is left out gets free ones.",
      ),
      {},
    ),
    websocket: defaulted(
      Type.Boolean({ description: 'Whether clients may also connect by WebSocket, without TLS.' }),
      false,
    ),
    mqtt: defaulted(
      Type.Boolean({
        description: 'Whether clients may also connect by MQTT (3.1.1), of the first account with JetStream.',
      }),
      false,
    ),
    jetstream: clusterJetstream,
    authorization: Type.Optional(
      strictObject(
        {
          user: Type.String({ minLength: 1, description: 'The name that servers give to each other.' }),
          password: Type.String({
            minLength: 1,
            description: 'The password; may be ${VAR} or ${secrets.NAME}.',
          }),
        },
        'How the servers of the cluster prove to each other that they belong to it. Left out: they need no proof.',
      ),
    ),
    tls: Type.Optional(clusterTls),
    noAuthUser: Type.Optional(
      address('user', 'As whom clients without credentials connect; left out: as the environment says.'),
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
