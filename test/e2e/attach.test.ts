import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { processesNaming } from '../../src/drivers/undo/reap.ts';
import { getJson } from '../../src/nats/monitor/monitor.ts';
import { until } from '../../src/support/deadline.ts';
import { startAttachedCluster, type AttachedCluster } from '../support/attached-cluster.ts';
import { smallExperiment, Workbench } from './harness.ts';

let found: AttachedCluster;
let bench: Workbench;
beforeAll(async () => {
  found = await startAttachedCluster();
  await found.publish(50);
});
afterAll(() => found.takeDown());
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await found.disturbed()).toEqual([]);
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

const READ_ONLY = {};
const ALLOWED = { allowFaults: true, hosts: ['127.0.0.1'] };

/** Reads, and does nothing else. */
const reading = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  smallExperiment({
    name: 'reading',
    environment: 'found',
    workloads: {},
    steadyState: [
      { kind: 'server-healthy', servers: 'c', equals: 3, within: '20s' },
      { kind: 'replicas-current', stream: 'c/s', equals: 3, within: '20s' },
    ],
    method: [{ phase: 'look', for: '1s', expect: [{ kind: 'mirror-lag', stream: 'c/copy', max: 0 }] }],
    checks: [{ kind: 'identical', streams: ['c/s', 'c/copy'] }],
    ...over,
  });

/** Two workloads, as long as it takes. */
const working = (method: Record<string, unknown>[]): Record<string, unknown> =>
  smallExperiment({
    environment: 'found',
    workloads: {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    method,
    checks: [{ kind: 'no-loss', published: 'publisher', received: ['worker'] }],
  });

/** The program, to its end. */
function chaos(...args: string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('dist/cli/main.js'), ...args], {
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

const reports = (): string => join(bench.folder, 'reports');

it('a run that only reads passes, and leaves no trace', async () => {
  bench.environment(found.file(READ_ONLY));
  const before = await traceOf(found);
  const changes = await watchChanges();
  const { code, report, timeline, folder } = await bench.run(bench.experiment(reading())).ends();
  expect(code, timeline).toBe(0);
  expect(report.headline).toBe('The steady state held before and after, 1 check passed, 1 expectation met');
  expect(report.driver).toBe('attached');
  expect(report.versions['nats-server']).toMatch(/^\d+\.\d+\.\d+$/);
  expect(timeline).toMatch(
    /attached to 3 servers, nats-server .*; read-only: nothing is written or disturbed/,
  );
  expect(timeline).toMatch(/the servers are left as they are/);
  expect(timeline).not.toMatch(/every link is up|stopped and removed/);
  expect(report.guard).toEqual({ checks: 0, bypasses: [] });
  expect(report.findings[0]?.statement).toMatch(/^50 messages alike/);
  expect(changes.seen).toEqual([]);
  await changes.end();
  await until(
    async () => {
      expect(await traceOf(found)).toEqual(before);
      return true;
    },
    { timeoutMs: 10_000, what: 'the servers as they were' },
  );
  expect(readFileSync(join(folder, 'journal.ndjson'), 'utf8')).toBe('');
});

it('refuses, read-only, whatever would write or disturb, each with its place, before anything is done', () => {
  bench.environment(found.file(READ_ONLY));
  const file = bench.experiment(
    working([
      {
        phase: 'disturbed',
        for: '1s',
        faults: [{ kind: 'pause', nodes: 'c/n1' }],
        actions: [{ kind: 'purge', stream: 'c/s' }],
      },
    ]),
  );
  const { code, said } = chaos('run', file, '--out', reports());
  expect(code, said).toBe(3);
  const reason = 'to allow that, write `allowFaults: true` and `hosts` under attach';
  for (const why of [
    'a publish workload writes to it',
    'a consume workload acknowledges, which writes to it',
    'the fault pause disturbs it',
    'the action purge disturbs it',
  ]) {
    expect(said).toMatch(
      new RegExp(`small\\.yaml:\\d+:\\d+: found is attached read-only, and ${why}; ${reason}`),
    );
  }
  expect(existsSync(reports())).toBe(false);
});

it('refuses faults that it could not undo, and drivers and versions that are not for it', () => {
  bench.environment(found.file(ALLOWED));
  const faults = [
    { kind: 'kill', nodes: 'c/n1' },
    { kind: 'partition', between: ['c/n1', 'c/n2'] },
  ];
  const file = bench.experiment(working([{ phase: 'down', for: '1s', faults }]));
  const { code, said } = chaos('plan', file);
  expect(code).toBe(3);
  expect(said).toMatch(
    /capability processes, which the fault kill needs: the runner could not start .* `pause` is/,
  );
  expect(said).toMatch(/capability links, which the fault partition needs: the links of attached servers/);
  const fine = bench.experiment({ ...reading(), name: 'fine' });
  expect(chaos('run', fine, '--driver', 'process')).toMatchObject({
    code: 64,
    said: expect.stringMatching(
      /--driver process would start servers, and those of found run already/,
    ) as string,
  });
  expect(chaos('plan', fine, '--nats', '2.10')).toMatchObject({
    code: 3,
    said: expect.stringMatching(/attached servers run the version that they run: leave --nats out/) as string,
  });
  expect(chaos('plan', fine)).toMatchObject({
    code: 0,
    said: expect.stringMatching(
      /attached to servers that run already; faults are allowed on 127\.0\.0\.1/,
    ) as string,
  });
});

it('runs workloads, a step-down and a pause where faults are allowed, and the same file elsewhere', async () => {
  bench.environment({ ...found.file(ALLOWED), name: 'elsewhere' });
  bench.environment({ ...found.file(READ_ONLY) });
  const ids = await found.serverIds();
  const file = bench.experiment(
    working([
      { phase: 'moved', for: '1s', actions: [{ kind: 'step-down', stream: 'c/s' }] },
      { phase: 'frozen', for: '2s', faults: [{ kind: 'pause', nodes: 'c/s@follower' }] },
      { phase: 'back', until: 'steady', within: '60s' },
    ]),
  );
  const elsewhere = join(bench.folder, 'environments', 'elsewhere.yaml');
  const { code, report, timeline, folder } = await bench.run(file, '--environment', elsewhere).ends();
  expect(code, timeline).toBe(0);
  expect(report.environment.name).toBe('elsewhere');
  expect(report.repeat.command).toContain(`--environment ${elsewhere}`);
  expect(report.faults[0]).toMatchObject({ inForce: { proven: true }, removed: { proven: true } });
  expect(report.phases[0]?.actions[0]?.evidence).toMatch(/led before/);
  expect(report.findings.map(({ verdict }) => verdict)).toEqual(['pass']);
  expect(timeline).toMatch(/faults are allowed on 127\.0\.0\.1/);
  expect(await found.serverIds()).toEqual(ids);
  expect(chaos('recover', folder)).toMatchObject({
    code: 0,
    said: expect.stringContaining('nothing was left') as string,
  });
});

const frozenForLong = (): string =>
  bench.experiment(working([{ phase: 'frozen', for: '60s', faults: [{ kind: 'pause', nodes: 'c/n2' }] }]));

it('Ctrl-C while a server is frozen lets it go, and leaves it running', async () => {
  bench.environment(found.file(ALLOWED));
  const running = bench.run(frozenForLong());
  await running.sees(/pause .* in force/);
  running.child.kill('SIGINT');
  const { code, report, timeline } = await running.ends();
  expect(code, timeline).toBe(130);
  expect(report.faults[0]).toMatchObject({ removed: { proven: true } });
});

it('kill -9 of the runner while a server is frozen: the guardian lets it go within two seconds', async () => {
  bench.environment(found.file(ALLOWED));
  const ids = await found.serverIds();
  const running = bench.run(frozenForLong());
  await running.sees(/pause .* in force/);
  expect(await found.disturbed()).toEqual(['c/n2']);
  running.child.kill('SIGKILL');
  await until(async () => (await found.disturbed()).length === 0, {
    timeoutMs: 2_000,
    what: 'the server to go on',
  });
  expect(await found.serverIds()).toEqual(ids);
});

it('recover lets a frozen server go when the guardian is dead too, and no server that others have frozen since', async () => {
  bench.environment(found.file(ALLOWED));
  const running = bench.run(frozenForLong());
  await running.sees(/pause .* in force/);
  await running.diesWith(processesNaming(reports()));
  await until(() => Promise.resolve(running.child.signalCode !== null), { timeoutMs: 5000, what: 'its end' });
  expect(await found.disturbed()).toEqual(['c/n2']);
  const { code, said } = chaos('recover', '--out', reports());
  expect(code, said).toBe(0);
  expect(said).toMatch(/-recovered: let c\/n2 go on \(process \d+\)/);
  expect(await found.disturbed()).toEqual([]);

  await found.pause('c/n2');
  const [folder = ''] = readdirSync(reports());
  expect(chaos('recover', join(reports(), folder))).toMatchObject({ code: 0 });
  expect(await found.disturbed()).toEqual(['c/n2']);
  await found.resume('c/n2');
});

it('names everything that is not as the file says, and changes nothing', async () => {
  const file = found.file(READ_ONLY);
  const clusters = structuredClone(file.clusters) as {
    c: { nodes: string[]; servers: Record<string, unknown> };
  };
  bench.environment({
    ...file,
    accounts: {
      ...(file.accounts as object),
      APP: {
        ...{ jetstream: true, maxStreams: 3, users: { app: { password: 'app' } } },
        ...{ exports: [{ kind: 'stream', subject: 's.>' }], mappings: { 's.a': 's.b' } },
      },
    },
    streams: {
      'c/s': { subjects: ['s.>', 't.>'], replicas: 1, maxAge: '1h' },
      'c/copy': { mirror: 'c/gone' },
      'c/gone': { subjects: ['gone'] },
    },
    consumers: { 'c/s/worker': { ackWait: '10s' }, 'c/s/nobody': {} },
  });
  const run = bench.run(bench.experiment(reading({ checks: [] })));
  const { code, report } = await run.ends();
  expect(code).toBe(3);
  for (const difference of [
    'c/s has subjects s.>, and not s.> t.>',
    'c/s has replicas 3, and not 1',
    'c/s has maxAge 0 ms, and not 3600000 ms',
    'c/copy has mirror s, and not gone',
    'there is no stream c/gone',
    'c/s/worker has ackWait 30000 ms, and not 10000 ms',
    'there is no consumer c/s/nobody',
    'the account APP has maxStreams without a limit on c, and not 3',
    'the account APP on c does not export the stream s.>: it exports nothing',
    'the account APP on c does not map s.a to s.b (100 %): it maps nothing',
  ]) {
    expect(report.headline).toContain(difference);
  }

  // Two servers take one another's place.
  const { n1, n2 } = clusters.c.servers;
  clusters.c.servers = { ...clusters.c.servers, n1: n2, n2: n1 };
  bench.environment({ ...file, clusters });
  const swapped = await bench.run(bench.experiment(reading({ name: 'swapped' }))).ends();
  expect(swapped.code).toBe(3);
  expect(swapped.report.headline).toMatch(/is the server n2, and not n1; .* is the server n1, and not n2/);
});

/** What a reader could have changed: streams, consumers, and who is connected. */
async function traceOf({ nodes }: AttachedCluster): Promise<unknown> {
  return Promise.all(
    nodes.map(async ({ monitor }) => {
      const { num_connections: connections } = await getJson<{ num_connections: number }>(monitor, '/connz');
      const { streams, consumers, messages } = await getJson<Record<string, unknown>>(monitor, '/jsz');
      return { connections, streams, consumers, messages };
    }),
  );
}

/** Everything that is made, changed or deleted from now on, by what the servers tell of it. */
async function watchChanges(): Promise<{ seen: string[]; end: () => Promise<void> }> {
  const connection = await found.connect();
  const seen: string[] = [];
  const kinds = ['CREATED', 'UPDATED', 'DELETED'];
  for (const kind of kinds.flatMap((word) => [`STREAM.${word}`, `CONSUMER.${word}`])) {
    connection.subscribe(`$JS.EVENT.ADVISORY.${kind}.>`, {
      callback: (_error, message) => void seen.push(message.subject),
    });
  }
  await connection.flush();
  return { seen, end: () => connection.close() };
}
