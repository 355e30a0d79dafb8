import { queryPostgres } from '../../stores/postgres.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type } from '../../support/schema.ts';
import { addressesOf, placeFields, placeInWords } from '../../support/service-place.ts';
import type { Probe, Reading } from '../probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('sql'),
    ...placeFields(
      address('service', 'One replica of a service as service/1, or a service that has one replica.'),
      'The address of a server, such as postgres://user@127.0.0.1:5432/shop, in place of a service.',
    ),
    query: Type.String({
      minLength: 1,
      examples: ['SELECT count(*) FROM orders'],
      description: 'A query whose result is one row with one column. It is made again with every reading.',
    }),
    user: Type.Optional(Type.String({ description: 'Who it is.' })),
    password: Type.Optional(Type.String({ description: 'The password; a secret as ${secrets.NAME}.' })),
    database: Type.Optional(Type.String({ description: 'The name of the database.' })),
    timeout: defaulted(timeLimit('How long connection and query may take, each.'), '2s'),
  },
  'The one value that a query of PostgreSQL results in.',
);

export const sql: Probe<typeof fields> = {
  kind: 'sql',
  summary: 'The one value that a query of PostgreSQL results in',
  proof:
    'One connection and one query of the runner, past the links’ proxies. A number is read as a number, also where PostgreSQL sends it as a text (count, numeric); true and false as words, and 1 and 0; any other text as a word. Another number of rows or columns, NULL, and a server that does not answer are no reading.',
  example:
    "{ kind: sql, url: 'postgres://postgres@127.0.0.1:5432/postgres', query: SELECT count(*) FROM orders, min: 1, within: 20s }",
  unit: '',
  reads: 'both',
  fields,
  target: ({ query }) => query.replaceAll(/\s+/g, ' ').trim(),
  async read(ctx, options) {
    const { url, query, user, password, database, timeout } = options;
    const [place = '', ...others] =
      url === undefined ? addressesOf(options, ctx.services?.list() ?? []) : [url];
    if (others.length > 0) {
      const name = placeInWords(options);
      throw new ChaosError(
        'invalid',
        `${name} has ${others.length + 1} replicas: name one, such as ${name}/1`,
      );
    }
    const access = {
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { database }),
    };
    return readingOf(await queryPostgres({ address: place, ...access }, query, timeout));
  },
};

function readingOf(rows: readonly unknown[][]): Reading {
  const [row = []] = rows;
  if (rows.length !== 1 || row.length !== 1)
    throw new ChaosError(
      'failed',
      `the result has ${rows.length} rows of ${row.length} columns, where one of each is needed`,
    );
  const [value] = row;
  if (typeof value === 'boolean') return { state: String(value), value: value ? 1 : 0 };
  if (value === null || value === undefined) throw new ChaosError('failed', 'the result is NULL');
  if (value instanceof Date) return { state: value.toISOString() };
  const word =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : JSON.stringify(value);
  const number = word.trim() === '' ? Number.NaN : Number(word);
  return { state: word, ...(Number.isFinite(number) ? { value: number } : {}) };
}
