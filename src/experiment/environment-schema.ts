import { address, defaulted, duration, size, strictObject, Type, type Static } from '../support/schema.ts';
import type { Json } from '../support/json.ts';
import { UNITS } from '../support/units.ts';
import {
  choice,
  count,
  EXPECTED,
  fileNameField,
  kindChoice,
  NAME,
  namedRecord,
  secretsField,
  subjectField,
  titleField,
} from './common-schema.ts';

const account = strictObject(
  {
    jetstream: defaulted(Type.Boolean({ description: 'Whether the account may use JetStream.' }), false),
    maxFile: Type.Optional(
      size('Most file storage that the account may use in each cluster, every replica counted.'),
    ),
    maxMemory: Type.Optional(
      size('Most memory storage that the account may use in each cluster, every replica counted.'),
    ),
    system: defaulted(
      Type.Boolean({ description: 'Whether this is the system account; it carries no JetStream.' }),
      false,
    ),
    users: Type.Optional(
      namedRecord<{ password: string }>(
        strictObject(
          {
            password: Type.String({
              minLength: 1,
              description: 'The password; may be ${VAR} or ${secrets.NAME}.',
            }),
          },
          'How a user proves who it is.',
        ),
        'The users of the account, by name; workloads connect as the first.',
        { minProperties: 1 },
      ),
    ),
  },
  'An account: what it may use, and its users.',
);

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

const compose = strictObject(
  {
    file: Type.String({
      minLength: 1,
      examples: ['compose/dual-mirror.yaml'],
      description: 'The compose file; relative to this one.',
    }),
    within: defaulted(duration('How long its health checks may take to be healthy.'), '60s'),
    ...insidePorts(),
  },
  'A compose file that is brought up for each run, as a project of its own, and taken down after it.',
);

function insidePorts() {
  return {
    clientPort: defaulted(port('Where a server listens for clients, inside its container.'), 4222),
    monitorPort: defaulted(port('Where a server has its monitoring endpoint, inside its container.'), 8222),
  };
}

function port(description: string) {
  return Type.Integer({ minimum: 1, maximum: 65535, description });
}

const attach = strictObject(
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
  },
  'The servers run already: the runner starts none, and stops none. What is declared here must be there.',
);

const servers = namedRecord<{ client: string; monitor: string }>(
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

const containers = Type.Unsafe<Record<string, string>>({
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

const cluster = strictObject(
  {
    nodes: Type.Array(Type.String({ ...NAME, description: 'Name of a server, unique in the environment.' }), {
      minItems: 1,
      uniqueItems: true,
      description: 'The servers of the cluster.',
    }),
    servers: Type.Optional(servers),
    containers: Type.Optional(containers),
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

const leafnode = strictObject(
  {
    kind: Type.Literal('leafnode'),
    from: address('cluster', 'The cluster whose servers dial.'),
    to: address('cluster', 'The cluster that is dialled: the hub.'),
    account: Type.Optional(
      address('account', 'The account that the link joins; left out: the first one with JetStream.'),
    ),
  },
  'Leafnode connections from every server of one cluster to another cluster.',
);

const gateway = strictObject(
  {
    kind: Type.Literal('gateway'),
    between: Type.Unsafe<[string, string]>({
      type: 'array',
      minItems: 2,
      maxItems: 2,
      items: address('cluster', 'A cluster.'),
      description: 'The two clusters.',
    }),
  },
  'Gateway connections from every server of each cluster to the other one, which make them one super-cluster.',
);

const originFields = {
  stream: address('stream', 'The stream to copy from, as cluster/stream.'),
  external: Type.Optional(
    strictObject(
      {
        api: Type.Optional(
          subjectField(
            'API prefix of the origin: $JS.<domain>.API. Left out: derived from the domain of its cluster.',
          ),
        ),
        deliver: Type.Optional(subjectField('Delivery prefix; needed only between accounts.')),
      },
      'How to reach an origin in another JetStream domain or account; best left out.',
    ),
  ),
  filter: Type.Optional(subjectField('Copy only the messages on these subjects.')),
};

export interface Origin {
  stream: string;
  external?: { api?: string; deliver?: string };
  filter?: string;
}

const origin = (description: string) =>
  Type.Unsafe<string | Origin>({
    ...strictObject(originFields, description),
    type: ['string', 'object'],
    'x-address': 'stream',
    [EXPECTED]: 'a stream as cluster/stream, or a map with `stream` and `external` or `filter`',
    description,
  });

const stream = strictObject(
  {
    subjects: Type.Optional(
      Type.Array(subjectField('A subject, with `*` and `>` where wanted.'), {
        minItems: 1,
        description:
          'What the stream captures. A mirror has none. Left out for sources: only what they bring.',
      }),
    ),
    replicas: defaulted(count('How many servers hold a copy.', 1, 5), 1),
    storage: defaulted(choice(['file', 'memory'], 'Where messages are kept.'), 'file'),
    retention: defaulted(choice(['limits', 'interest', 'workqueue'], 'When messages are removed.'), 'limits'),
    maxMessages: Type.Optional(count('Most messages that the stream holds.', 1)),
    maxBytes: Type.Optional(size('Most bytes that the stream holds.')),
    maxAge: Type.Optional(duration('How long messages are kept.')),
    discard: defaulted(choice(['old', 'new'], 'Which messages go when a limit is reached.'), 'old'),
    duplicateWindow: Type.Optional(duration('How long message ids are remembered. NATS itself says 2m.')),
    account: Type.Optional(
      address('account', 'The account that it belongs to; left out: the first one with JetStream.'),
    ),
    mirror: Type.Optional(
      origin('The stream that this one is a mirror of, as cluster/stream, or as a map with more detail.'),
    ),
    sources: Type.Optional(
      Type.Array(origin('A stream to source from, as cluster/stream, or as a map with more detail.'), {
        minItems: 1,
        description: 'The streams that this one is filled from.',
      }),
    ),
  },
  'A stream.',
);

const consumer = strictObject(
  {
    ackWait: defaulted(duration('How long a delivery may go unacknowledged before it is repeated.'), '30s'),
    maxDeliver: Type.Optional(count('How often a message is delivered at most.', 1)),
    maxAckPending: Type.Optional(count('How many deliveries may be unacknowledged at once.', 1)),
    filter: Type.Optional(subjectField('Deliver only the messages on this subject.')),
    deliver: defaulted(choice(['all', 'new', 'last'], 'Where the consumer begins.'), 'all'),
    account: Type.Optional(
      address('account', 'The account that it belongs to; left out: that of its stream.'),
    ),
    replicas: Type.Optional(count('How many servers hold its state; left out: as its stream.', 1, 5)),
  },
  'A durable pull consumer with explicit acknowledgement.',
);

const keyed = (parts: string, pattern: string) => ({ pattern, [EXPECTED]: `an address: ${parts}` });

export const environmentSchema = strictObject(
  {
    name: fileNameField('What experiments call it.'),
    title: titleField('What it is, in one line.'),
    nats: Type.Optional(
      Type.String({
        minLength: 1,
        examples: ['2.12', '2.12.3', 'latest'],
        description:
          'The nats-server to run: a version, a series, `latest`, or the path of a binary. --nats overrides it. Needed unless the servers run already.',
      }),
    ),
    attach: Type.Optional(attach),
    compose: Type.Optional(compose),
    secrets: secretsField,
    accounts: defaulted(
      namedRecord<Static<typeof account>>(account, 'Accounts, by name.', { minProperties: 1 }),
      {
        APP: { jetstream: true, users: { app: { password: 'app' } } },
        SYS: { system: true, users: { sys: { password: 'sys' } } },
      },
    ),
    clusters: namedRecord<Static<typeof cluster>>(cluster, 'Clusters, by name.', { minProperties: 1 }),
    links: defaulted(
      Type.Array(
        kindChoice<Static<typeof leafnode> | Static<typeof gateway>>(
          'link',
          [leafnode, gateway],
          'A way for clusters to reach one another.',
        ),
        { description: 'How clusters reach one another.' },
      ),
      [],
    ),
    streams: defaulted(
      namedRecord<Static<typeof stream>>(stream, 'Streams, by address: cluster/stream.', {
        key: keyed('cluster/stream', '^[^\\s/@]+/[^\\s/@.*>\\\\]+$'),
      }),
      {},
    ),
    consumers: defaulted(
      namedRecord<Static<typeof consumer>>(consumer, 'Consumers, by address: cluster/stream/consumer.', {
        key: keyed('cluster/stream/consumer', '^[^\\s/@]+/[^\\s/@]+/[^\\s/@.*>\\\\]+$'),
      }),
      {},
    ),
    services: Type.Optional(
      Type.Unsafe<Record<string, never>>({
        type: 'object',
        maxProperties: 0,
        [EXPECTED]: 'an empty map: services beside NATS are not supported yet',
        description: 'What else runs beside NATS. Nothing can be declared here yet.',
      }),
    ),
  },
  'An environment: the NATS system that experiments run against.',
);

export type Environment = Static<typeof environmentSchema>;
