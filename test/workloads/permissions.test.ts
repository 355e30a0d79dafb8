import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Finding } from '../../src/checkers/checker.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { readHistory } from '../../src/history/read-folder.ts';
import { HistoryRecorder } from '../../src/history/recorder.ts';
import type { AccountRights } from '../../src/nats/accounts/crossings.ts';
import { connect } from '../../src/nats/connect.ts';
import { startPermissions } from '../../src/workloads/permissions/start.ts';
import { bringUp, type Environment } from '../conformance/bring-up.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';
import { eventually } from './harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const CLUSTER = 'qa1a';
const PASSES = 2;
const LIMITED = { publish: { allow: ['a.*'] }, subscribe: { allow: ['a.>'], deny: ['a.secret'] } };

/** APP publishes news that OTHER takes; `limited` may do little, as users of OTHER may by default. */
const RIGHTS: AccountRights[] = [
  { name: 'APP', users: [{ name: 'app' }, { name: 'limited', permissions: LIMITED }], imports: [] },
  {
    name: 'OTHER',
    users: [
      { name: 'other', permissions: { publish: { deny: ['a.>'] }, responses: { max: 1, expiresMs: 1000 } } },
    ],
    imports: [{ kind: 'stream', account: 'APP', subject: 'news.>' }],
  },
];

function spec(): EnvironmentSpec {
  const zone = oneZoneSpec();
  const users = (names: string[]) => names.map((name) => ({ name, password: name }));
  return {
    ...zone,
    streams: [],
    accounts: [
      {
        name: 'APP',
        system: false,
        jetstream: true,
        users: users(['app', 'limited']),
        permissions: { limited: LIMITED },
        exports: [{ kind: 'stream', subject: 'news.>' }],
      },
      {
        name: 'OTHER',
        system: false,
        jetstream: false,
        users: users(['other']),
        defaultPermissions: RIGHTS[1]!.users[0]!.permissions!,
        imports: [...RIGHTS[1]!.imports],
      },
      ...zone.accounts.filter(({ system }) => system),
    ],
  };
}

let running: Environment;
beforeAll(async () => {
  running = await bringUp({ create: (ctx) => new ProcessDriver(ctx), spec });
});
afterAll(() => running.takeDown());

/** Some passes over real servers, judged by these rights. */
async function judge(accounts: readonly AccountRights[]): Promise<Finding> {
  const { driver } = running;
  const folder = mkdtempSync(join(tmpdir(), 'nats-chaos-history-'));
  const recorder = new HistoryRecorder(folder, (thrown) => {
    throw thrown;
  });
  const servers = driver.clientServers(CLUSTER);
  const started = await startPermissions(
    {
      name: 'all',
      runId: 'testrun1',
      seed: 1,
      reach: { servers: [], access: {} },
      publishers: [],
      everyone: { accounts, nodes: servers.map(({ node }) => node) },
      connect: ({ name, node, first = 0, as = { account: 'APP' } }) => {
        const some = servers.filter((one) => node === undefined || one.node === node);
        const at = first % some.length;
        const access =
          as.user === undefined
            ? driver.runnerAccess(as.account, CLUSTER)
            : driver.access(as.account, CLUSTER, as.user);
        return connect({
          ...access,
          name,
          servers: [...some.slice(at), ...some.slice(0, at)].map(({ server }) => server),
        });
      },
      history: recorder,
      elapsedMs: () => performance.now(),
      signal: new AbortController().signal,
    },
    {
      kind: 'permissions',
      cluster: CLUSTER,
      subjects: ['a.{one,secret}', 'a.b.c', 'news.eu', 'a.*', 'a.>', '>'],
      every: 10,
      within: 20_000,
      count: PASSES,
    },
  );
  await eventually(() => started.progress().finished, `${PASSES} passes`);
  await started.stop();
  recorder.flush();
  const history = await readHistory(folder, 'testrun1', {
    all: { kind: 'permissions', target: `${CLUSTER}/users` },
  });
  const [finding] = runChecks(history, [
    { kind: 'isolated', options: { workloads: ['all'], passes: PASSES } },
  ]);
  recorder.close();
  rmSync(folder, { recursive: true });
  return finding as Finding;
}

test('every user may do what its permissions say, and only what is imported crosses', async () => {
  // Three users try to publish on four subjects, and to subscribe to seven.
  const finding = await judge(RIGHTS);
  expect(finding).toMatchObject({ verdict: 'pass', counts: { passes: PASSES, tries: 33 }, examples: [] });
  expect(finding.counts).not.toHaveProperty('unknown');
});

test('servers that allow or deny other things than is stated fail', async () => {
  const [app, other] = RIGHTS as [AccountRights, AccountRights];
  const lies = [
    { ...app, users: [{ name: 'app', permissions: { publish: { deny: ['a.one'] } } }, { name: 'limited' }] },
    other,
  ];
  const finding = await judge(lies);
  expect(finding).toMatchObject({ verdict: 'fail', counts: { wronglyAllowed: PASSES } });
  expect(finding.counts.wronglyDenied).toBeGreaterThanOrEqual(PASSES);
});

test('a message that arrives in an account which imports nothing has crossed', async () => {
  const [app, other] = RIGHTS as [AccountRights, AccountRights];
  const finding = await judge([app, { ...other, imports: [] }]);
  expect(finding).toMatchObject({ verdict: 'fail' });
  expect(finding.counts.crossed).toBeGreaterThan(0);
  expect(finding.statement).toMatch(/a message of APP\/\S+ on news\.eu arrived in account OTHER/);
});
