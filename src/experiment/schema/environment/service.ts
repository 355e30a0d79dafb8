import { address, defaulted, oneOfKind, strictObject, timeLimit, Type, type Static } from '../../../support/schema.ts';
import { count, EXPECTED, namedRecord } from '../common.ts';

const portName = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,32}$', description }));

const httpHealth = strictObject(
  {
    kind: Type.Literal('http'),
    port: portName('The port that is asked, by its name; left out: the only one.'),
    path: defaulted(
      Type.String({ pattern: '^/', [EXPECTED]: 'a path that begins with "/"', description: 'What is asked for.' }),
      '/',
    ),
    status: defaulted(
      Type.Integer({ minimum: 100, maximum: 599, description: 'The status of a healthy answer.' }),
      200,
    ),
  },
  'Healthy: it answers a GET with the status.',
);
const tcpHealth = strictObject(
  {
    kind: Type.Literal('tcp'),
    port: portName('The port that is tried, by its name; left out: the only one.'),
  },
  'Healthy: it accepts a connection.',
);
const commandHealth = strictObject(
  {
    kind: Type.Literal('command'),
    command: Type.Array(Type.String({ description: 'The program or an argument; may have placeholders.' }), {
      minItems: 1,
      description: 'A program and its arguments; no shell.',
    }),
  },
  'Healthy: a command ends with exit code 0; of a container, in it.',
);
type Health = Static<typeof httpHealth> | Static<typeof tcpHealth> | Static<typeof commandHealth>;

const roleName = Type.String({
  pattern: '^[a-z][a-z0-9-]*$',
  [EXPECTED]: 'a word of small letters, digits and "-"',
  description: 'A role.',
});
const roleNames = Type.Array(roleName, {
  minItems: 1,
  uniqueItems: true,
  examples: [['leader', 'follower']],
  description: 'The roles that there are: every other answer counts as none.',
});
const redisRoles = strictObject(
  {
    kind: Type.Literal('redis'),
    port: portName('The port that is asked, by its name; left out: the first.'),
    password: Type.Optional(
      Type.String({ minLength: 1, description: 'The password of Redis; left out: it wants none.' }),
    ),
  },
  'Redis is asked for its `ROLE`: `master` or `replica`.',
);
const httpRoles = strictObject(
  {
    kind: Type.Literal('http'),
    port: portName('The port that is asked, by its name; left out: the first.'),
    path: Type.String({
      pattern: '^/',
      [EXPECTED]: 'a path that begins with "/"',
      description: 'What is asked for.',
    }),
    names: roleNames,
  },
  'The body of an answer with status 200 is the role.',
);
const commandRoles = strictObject(
  {
    kind: Type.Literal('command'),
    command: Type.Array(Type.String({ description: 'The program or an argument; may have placeholders.' }), {
      minItems: 1,
      description: 'A program and its arguments, which prints the role; no shell.',
    }),
    names: roleNames,
  },
  'A command prints the role and ends with exit code 0; of a container, in it.',
);
type Roles = Static<typeof redisRoles> | Static<typeof httpRoles> | Static<typeof commandRoles>;

const link = strictObject(
  {
    to: address('service-link', 'A cluster, another service, or its own service: then the other replicas.'),
    port: portName('The port of the other service, by its name; left out: its only one.'),
    as: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{1,32}$',
        [EXPECTED]: 'a word of letters, digits, "_" and "-"',
        description: 'What placeholders call it: ${link.WORD}. Left out: the name of what it leads to.',
      }),
    ),
  },
  'What each replica connects to: every node of a cluster, every replica of another service, or every other replica of its own.',
);

export const service = strictObject(
  {
    command: Type.Optional(
      Type.Array(Type.String({ description: 'The program or an argument; may have placeholders.' }), {
        minItems: 1,
        examples: [['node', '${here}/services/api.mjs']],
        description:
          'As a process (`--driver process`): the program that each replica runs, and its arguments; no shell. It stays in the foreground. Placeholders: ${replica}, ${data}, ${here}, ${listen}, ${port.NAME}, ${link.NAME}, ${each.NAME:text}.',
      }),
    ),
    image: Type.Optional(
      Type.String({
        pattern: '^[^\\s]+$',
        [EXPECTED]: 'the name of an image',
        examples: ['redis:7'],
        description:
          'As a container (`--driver docker`): the image of each replica. It is pulled where the engine does not have it.',
      }),
    ),
    build: Type.Optional(
      strictObject(
        {
          copy: defaulted(
            Type.Array(Type.String({ minLength: 1, description: 'A file or folder.' }), {
              examples: [['services', '../node_modules']],
              description:
                'Files and folders that the image gets, relative to the folder of the environment file, at the paths that they have here.',
            }),
            [],
          ),
          programs: defaulted(
            Type.Array(Type.String({ minLength: 1, description: 'A program, found as in `command`.' }), {
              examples: [['redis-server']],
              description:
                'Programs besides the first words of `command` and of the commands of `health` and `roles`: each with the libraries that it loads.',
            }),
            [],
          ),
        },
        'As a container: an image made of this machine, without a registry and a Dockerfile: the programs of its commands with the libraries that they load, and some files. `command` runs in it, and ${here} is the same folder.',
      ),
    ),
    imageCommand: Type.Optional(
      Type.Array(Type.String({ description: 'An argument; may have placeholders.' }), {
        minItems: 1,
        examples: [['redis-server', '--port', '${port.main}']],
        description: 'As a container: what the image runs, or its program is given; left out: what the image says.',
      }),
    ),
    replicas: defaulted(count('How many of it run.', 1, 32), 1),
    ports: defaulted(
      namedRecord<number | 'free' | `free:${number}`>(
        {
          type: ['integer', 'string'],
          minimum: 1,
          maximum: 65535,
          pattern: '^free(:[1-9]\\d{0,4})?$',
          [EXPECTED]: 'a port, the word free, or free:6379 with the port in a container',
          description:
            'The port of the first replica, from which the others count up; or `free`; or `free:6379`: any free one on this machine, and in a container always that one.',
        },
        'On which ports a replica listens, by names of your own: on 127.0.0.1, in a container on 0.0.0.0.',
        { key: { pattern: '^[A-Za-z0-9_-]{1,32}$', [EXPECTED]: 'a word of letters, digits, "_" and "-"' } },
      ),
      {},
    ),
    protocols: defaulted(
      namedRecord<'postgresql'>(
        {
          type: 'string',
          enum: ['postgresql'],
          description: 'What is spoken there.',
        },
        'What is spoken at ports where a line of text gets no answer, by the names of the ports: links to them are then observed by a question in that protocol.',
        { key: { pattern: '^[A-Za-z0-9_-]{1,32}$', [EXPECTED]: 'the name of a port' } },
      ),
      {},
    ),
    env: defaulted(
      namedRecord<string>(
        { type: 'string', description: 'The value; may have placeholders.' },
        "Environment variables, beside the runner's own; in a container, beside the image's.",
        { key: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$', [EXPECTED]: 'a name of letters, digits and "_"' } },
      ),
      {},
    ),
    files: defaulted(
      namedRecord<string>(
        { type: 'string', description: 'The content; may have placeholders.' },
        'Files that are written to the folder of each replica (${data}) before it starts, by name.',
        {
          key: {
            pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$',
            [EXPECTED]: 'a relative path of letters, digits, ".", "_" and "-"',
          },
        },
      ),
      {},
    ),
    links: defaulted(
      Type.Array(link, {
        description:
          'What it connects to. Each replica has a link of its own to each node or replica, direct or under control like links between nodes.',
      }),
      [],
    ),
    dependsOn: defaulted(
      Type.Array(Type.String({ description: 'A service, or `nats`.' }), {
        uniqueItems: true,
        examples: [['nats', 'redis']],
        description:
          'Services that must be healthy before this one is started. Every service is started after NATS is ready.',
      }),
      [],
    ),
    health: Type.Optional(
      oneOfKind<Health>(
        [httpHealth, tcpHealth, commandHealth],
        'When a replica is healthy; left out: its first port accepts a connection, or without a port, its process runs.',
      ),
    ),
    roles: Type.Optional(
      oneOfKind<Roles>(
        [redisRoles, httpRoles, commandRoles],
        'How the role of a replica is found, for addresses such as redis@master; it is asked for when a fault is injected. Left out: replicas have no roles.',
      ),
    ),
    reloadSignal: Type.Optional(
      Type.Unsafe<'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'>({
        type: 'string',
        enum: ['SIGHUP', 'SIGUSR1', 'SIGUSR2'],
        description:
          'What the program is sent after a service that it is linked to was scaled: its `files` are then written anew, with the addresses of the replicas that run now. Left out: it keeps the files of its start.',
      }),
    ),
    readyWithin: defaulted(timeLimit('How long a replica may take until it is healthy.'), '30s'),
    install: Type.Optional(
      Type.String({
        minLength: 1,
        examples: ['apt-get install redis-server'],
        description: 'How to get the program: shown where it is missing.',
      }),
    ),
  },
  'A program that runs beside NATS, in some replicas.',
);
export type Service = Static<typeof service>;
