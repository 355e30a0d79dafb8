import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runChecks } from '../../../src/checkers/run-checks.ts';
import { linkProbe } from '../../../src/drivers/links/link-probe.ts';
import { roundTrip } from '../../../src/drivers/links/round-trip.ts';
import type { ProbeContext } from '../../../src/probes/probe.ts';
import { sql as sqlProbe } from '../../../src/probes/stores/sql.ts';
import { queryPostgres } from '../../../src/stores/postgres.ts';
import { until } from '../../../src/support/deadline.ts';
import { freePort, newRun, readLedger, replicaOf, RUN } from './recorded-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'chaos-postgres-'));
let server: ChildProcess;
let port = 0;

const ask = (query: string): Promise<unknown[][]> =>
  queryPostgres({ address: `127.0.0.1:${port}`, user: 'postgres' }, query, 5_000);

beforeAll(async () => {
  port = await freePort();
  // As the environment does it, also as root.
  const script = resolve('environments/services/postgres.sh');
  server = spawn('sh', [script, String(port)], { cwd: folder, stdio: 'ignore' });
  await until(() => ask('SELECT 1'), { timeoutMs: 60_000, what: 'PostgreSQL to answer' });
});

afterAll(async () => {
  const ended = new Promise((done) => server.once('exit', done));
  // A fast shutdown: it does not wait for its clients.
  server.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

const id = (n: number): string => `${RUN}/orders/${n}`;
const postgres = () => replicaOf('postgres', port);

test('rows are entries: an id is found wherever it is in one, and twice where two rows have it', async () => {
  await ask('CREATE TABLE orders (id text, content jsonb)');
  await ask(
    `INSERT INTO orders VALUES ('${id(1)}', '{}'), ('x', '{"of": "${id(2)}"}'), ('${id(3)}', '{}'), ('${id(3)}', '{}'), ('of others', '{}')`,
  );
  const run = newRun(['orders'], [postgres()]);
  const access = { service: 'postgres', user: 'postgres' };
  await readLedger(run.context('kept'), { sql: { ...access, query: 'SELECT * FROM orders' } });
  await readLedger(run.context('none'), { within: 100, sql: { ...access, query: 'SELECT * FROM order' } });
  const history = await run.history({ kept: 'ledger', none: 'ledger' });
  expect(history.ledgerAudits).toMatchObject([
    { workload: 'kept', complete: true, entries: 5, foreign: 1 },
    { workload: 'none', complete: false, error: expect.stringContaining('syntax error') as string },
  ]);
  const found = [...history.deliveries('kept')].flatMap(({ n }) => [...n]).filter((n) => n > 0);
  expect(found.sort()).toEqual([1, 2, 3, 3]);
  const [finding] = runChecks(history, [{ kind: 'no-duplicates', options: { received: ['kept'] } }]);
  expect(finding).toMatchObject({ verdict: 'fail', counts: { keptTwice: 1 } });
});

test('the probe sql reads numbers, words and truth, and nothing where there is not one value', async () => {
  const services = { list: () => [postgres()] };
  const ctx = { services } as unknown as ProbeContext;
  const read = (query: string) =>
    sqlProbe.read(ctx, { kind: 'sql', service: 'postgres', user: 'postgres', query, timeout: 5_000 });
  expect(await read('SELECT count(*) FROM generate_series(1, 3)')).toEqual({ state: '3', value: 3 });
  expect(await read('SELECT 1.5::numeric')).toEqual({ state: '1.5', value: 1.5 });
  expect(await read('SELECT NOT pg_is_in_recovery()')).toEqual({ state: 'true', value: 1 });
  expect(await read("SELECT 'ready'")).toEqual({ state: 'ready' });
  await expect(read('SELECT NULL')).rejects.toThrow('the result is NULL');
  await expect(read('SELECT 1, 2')).rejects.toThrow('1 rows of 2 columns');
  await expect(read('SELECT 1 WHERE false')).rejects.toThrow('0 rows');
  await expect(read('SELECT count(*) FROM nothing')).rejects.toThrow(`PostgreSQL at 127.0.0.1:${port}`);
});

test('a link to it is observed by a question in its protocol, and not by a line of text', async () => {
  const at = { host: '127.0.0.1', port };
  expect(await roundTrip(at, undefined, 5_000, 'postgresql')).not.toBeNull();
  expect(await roundTrip(at, undefined, 5_000, 'asked')).toBeNull();
  const probe = linkProbe(
    () => at,
    () => 'postgresql',
  );
  expect(await probe.passage('link', 5_000)).toEqual({ opens: true, out: true, back: true });
});
