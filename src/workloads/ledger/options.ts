import {
  address,
  defaulted,
  duration,
  strictObject,
  timeLimit,
  Type,
  type Static,
} from '../../support/schema.ts';
import { headersOf, pathOf, placeFields, placeInWords } from '../../support/service-place.ts';

const redisField = Type.Optional(
  Type.Object(
    {
      ...placeFields(
        address(
          'service',
          'The service, or one replica of it as service/1. Of several replicas the one that says that it is the master is read.',
        ),
        'The address of a server, such as redis://127.0.0.1:6379, in place of a service.',
      ),
      keys: Type.Optional(
        Type.String({
          minLength: 1,
          examples: ['order:*'],
          description:
            'A pattern of keys, each of which is an entry. The id is in the name of the key, or else in its value.',
        }),
      ),
      set: Type.Optional(Type.String({ minLength: 1, description: 'A set: each member is an entry.' })),
      hash: Type.Optional(Type.String({ minLength: 1, description: 'A hash: each field is an entry.' })),
      list: Type.Optional(Type.String({ minLength: 1, description: 'A list: each element is an entry.' })),
      stream: Type.Optional(
        Type.String({ minLength: 1, description: 'A stream of Redis: each entry of it is one.' }),
      ),
      username: Type.Optional(Type.String({ description: 'Who it is.' })),
      password: Type.Optional(Type.String({ description: 'The password; a secret as ${secrets.NAME}.' })),
      db: Type.Optional(
        Type.Integer({ minimum: 0, description: 'The number of the database; left out: 0.' }),
      ),
    },
    {
      additionalProperties: false,
      oneOf: ['keys', 'set', 'hash', 'list', 'stream'].map((one) => ({ required: [one] })),
      'x-message': 'expected one of `keys`, `set`, `hash`, `list` and `stream`: what holds the entries',
      description: 'What a Redis server keeps.',
    },
  ),
);

const httpField = Type.Optional(
  strictObject(
    {
      ...placeFields(
        address('service', 'One replica of a service as service/1, or a service that has one replica.'),
        'The address of a web server, in place of a service.',
      ),
      path: pathOf('The path that is asked by GET.'),
      items: Type.Optional(
        Type.String({
          minLength: 1,
          examples: ['orders'],
          description:
            'Where in the answer the list is: fields joined by ".". Left out: the answer itself is the list.',
        }),
      ),
      headers: headersOf('Headers of the request, by name.'),
    },
    'A list in JSON that a service answers with: each element is an entry.',
  ),
);

const sqlField = Type.Optional(
  strictObject(
    {
      ...placeFields(
        address('service', 'One replica of a service as service/1, or a service that has one replica.'),
        'The address of a server, such as postgres://user@127.0.0.1:5432/shop, in place of a service.',
      ),
      query: Type.String({
        minLength: 1,
        examples: ['SELECT id FROM orders'],
        description: 'A query: each row of its result is an entry.',
      }),
      user: Type.Optional(Type.String({ description: 'Who it is.' })),
      password: Type.Optional(Type.String({ description: 'The password; a secret as ${secrets.NAME}.' })),
      database: Type.Optional(Type.String({ description: 'The name of the database.' })),
    },
    'What a PostgreSQL server keeps.',
  ),
);

export const ledgerSchema = Type.Object(
  {
    kind: Type.Literal('ledger'),
    redis: redisField,
    http: httpField,
    sql: sqlField,
    settle: defaulted(
      duration('It is read again after this time, until two readings are alike: then nothing is under way.'),
      '2s',
    ),
    within: defaulted(
      timeLimit('How long all of that may take. What changes or cannot be read until then is inconclusive.'),
      '30s',
    ),
    timeout: defaulted(timeLimit('How long one answer may take.'), '10s'),
  },
  {
    additionalProperties: false,
    oneOf: ['redis', 'http', 'sql'].map((one) => ({ required: [one] })),
    'x-message': 'expected one of `redis`, `http` and `sql`: where the entries are',
    description:
      'Reads at the end, once everything is undone and nobody sends any more, what an application has kept: each entry with the id of a message or request of this run counts as received.',
  },
);
export type LedgerOptions = Static<typeof ledgerSchema>;

/** `redis keys order:* of redis` */
export function ledgerTarget({ redis, http, sql }: LedgerOptions): string {
  if (http !== undefined) return `http ${placeInWords(http)} ${http.path}`;
  if (sql !== undefined) return `sql ${withoutPassword(placeInWords(sql))}`;
  const what = (['keys', 'set', 'hash', 'list', 'stream'] as const).find((one) => redis?.[one] !== undefined);
  const name = what === undefined ? '' : `${what} ${redis?.[what] ?? ''}`;
  return `redis ${withoutPassword(placeInWords(redis ?? {}))} ${name}`;
}

function withoutPassword(place: string): string {
  return place.replace(/\/\/[^@/]*@/, '//');
}
