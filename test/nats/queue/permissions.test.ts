import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packBundle, unpackBundle } from '../../../src/fleet/bundle.ts';
import { MAX_BUNDLE_BYTES } from '../../../src/fleet/limits.ts';
import { ensureAssets } from '../../../src/nats/queue/assets.ts';
import { Queue } from '../../../src/nats/queue/queue.ts';
import { until } from '../../../src/support/deadline.ts';
import { needs, offer, request } from '../../fleet/requests.ts';
import { startNatsCluster, type TestCluster } from '../../support/nats-cluster.ts';

const USERS = ['setup', 'asker', 'worker', 'operator'] as const;
const passwordOf = (user: string): string => `password-of-${user}`;
const accounts = USERS.reduce(
  (text, user) => text.replace(`$QUEUE_${user.toUpperCase()}_PASSWORD`, `"${passwordOf(user)}"`),
  readFileSync('deploy/queue/accounts.conf', 'utf8'),
);

describe('the users of deploy/queue/accounts.conf', () => {
  let cluster: TestCluster;
  const queues = {} as Record<(typeof USERS)[number], Queue>;
  let hash: string;

  beforeAll(async () => {
    cluster = await startNatsCluster(accounts, { user: 'setup', pass: passwordOf('setup') });
    for (const user of USERS)
      queues[user] = await Queue.open({ servers: cluster.addresses, user, pass: passwordOf(user) }, user);
    await ensureAssets(queues.setup);
    hash = await queues.asker.control.addNeeds(needs());
    await queues.asker.runs.ensureConsumer(hash);
  });
  afterAll(async () => {
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
    await cluster.dispose();
  });

  it('carry one run from the asker to a worker and back', async () => {
    const { asker, worker } = queues;
    expect(await ensureAssets(asker)).toEqual({ replicas: 3 });
    const { sha256, content } = packBundle({ files: { 'experiments/quick.yaml': 'x' } });
    await asker.bundles.putOnce(sha256, content);
    await asker.control.cancel('abcdef99', { by: 'me', reason: 'over', at: 'now' });
    expect(await asker.runs.submit(request({ bundle: sha256 }), hash)).toBe(true);
    expect(await asker.runs.waiting([hash])).toMatchObject([{ pending: 1 }]);

    expect(await worker.control.halted()).toBeNull();
    const stop = new AbortController();
    const told: string[] = [];
    const watching = [
      worker.control.watchNeeds(stop.signal, (one) => told.push(one)),
      worker.control.watchHalt(stop.signal, () => undefined),
      worker.control.watchCancelled(stop.signal, (suite) => told.push(suite)),
      asker.states.watchResults(request().suite, stop.signal, (run) => told.push(`result ${run}`)),
      asker.states.watchRuns(request().suite, stop.signal, (run) => told.push(`run ${run}`)),
      asker.states.watchWorkers(stop.signal, () => told.push('worker')),
    ];
    const about = {
      id: 'w1',
      host: 'h',
      version: '0',
      offer: offer(),
      slots: 1,
      busy: 0,
      since: 'now',
      done: 0,
    };
    await worker.states.beat(about);
    expect(await worker.states.workers()).toHaveLength(1);
    const lease = await worker.runs.take(hash, 5_000);
    expect(lease?.request.value?.bundle).toBe(sha256);
    const got = await worker.bundles.get(sha256, { sha256, maxBytes: MAX_BUNDLE_BYTES });
    expect(unpackBundle(got).files).toHaveProperty(['experiments/quick.yaml']);
    await worker.states.setRun(lease!.key, {
      state: 'running',
      since: 'now',
      attempt: 1,
      lost: 0,
      refused: {},
    });
    lease!.extend();
    const report = join(cluster.folder, 'report');
    writeFileSync(report, 'a report');
    await worker.reports.putFile('r.1', report);
    const result = {
      schemaVersion: 1 as const,
      worker: 'w1',
      host: 'h',
      attempt: 1,
      startedAt: 'now',
      durationMs: 1,
    };
    const rest = { timedOut: false, how: 'exit code 0', complaints: [], left: [] };
    expect(await worker.states.addResult(lease!.key, { ...result, ...rest })).toBe(true);
    expect(await worker.states.addResult(lease!.key, { ...result, ...rest })).toBe(false);
    expect(await lease!.done()).toBe(true);
    await worker.states.leave('w1');

    const expected = [hash, 'abcdef99', 'result 1', 'run 1', 'worker'];
    await until(() => Promise.resolve(expected.every((one) => told.includes(one))), {
      timeoutMs: 20_000,
      what: 'everything to be told',
    });
    stop.abort();
    await Promise.all(watching);
    const hashOfReport = createHash('sha256').update('a report').digest('hex');
    await asker.reports.getFile('r.1', `${report}.got`, { sha256: hashOfReport, bytes: 8 });
    await asker.reports.delete('r.1');
    await asker.states.forget(lease!.key);
    await asker.control.uncancel('abcdef99');
    expect(await asker.runs.waiting([hash])).toMatchObject([{ pending: 0, underWay: 0 }]);
    expect(await asker.runs.withdraw({ suite: request().suite })).toBe(0);
  });

  it('pull the lever as the operator alone', async () => {
    const { operator, worker } = queues;
    await operator.control.halt({ by: 'operator', reason: 'a drill', at: 'now' });
    expect(await operator.states.workers()).toEqual([]);
    expect(await worker.control.halted()).toMatchObject({ reason: 'a drill' });
    expect(await operator.control.resume()).toMatchObject({ by: 'operator' });
    expect(await worker.control.halted()).toBeNull();
  });

  const halt = { by: 'x', reason: 'x', at: 'x' };
  it.each([
    ['worker', 'asks for a run', 'chaos.runs.aaaaaaaaaaaa.abcdef01.9'],
    ['worker', 'pulls the lever', '$KV.CHAOS_CONTROL.halt'],
    ['worker', 'invents needs', '$KV.CHAOS_CONTROL.needs.aaaaaaaaaaaa'],
    ['worker', 'ends a suite', '$KV.CHAOS_CONTROL.cancelled.abcdef01'],
    ['worker', 'changes a bundle', '$O.CHAOS_BUNDLES.M.x'],
    ['worker', 'deletes reports', '$JS.API.STREAM.PURGE.OBJ_CHAOS_REPORTS'],
    ['worker', 'empties the queue', '$JS.API.STREAM.PURGE.CHAOS_RUNS'],
    ['worker', 'deletes the queue', '$JS.API.STREAM.DELETE.CHAOS_RUNS'],
    ['worker', 'makes a consumer that sees all runs', '$JS.API.CONSUMER.CREATE.CHAOS_RUNS.spy'],
    ['worker', 'reads the requests', '$JS.API.STREAM.MSG.GET.CHAOS_RUNS'],
    ['worker', 'reads the reports of others by a consumer', '$JS.API.CONSUMER.CREATE.OBJ_CHAOS_REPORTS.spy'],
    ['asker', 'pulls the lever', '$KV.CHAOS_CONTROL.halt'],
    ['asker', 'takes runs', '$JS.API.CONSUMER.MSG.NEXT.CHAOS_RUNS.needs-aaaaaaaaaaaa'],
    ['asker', 'says that it is a worker', '$KV.CHAOS_STATES.worker.w9'],
    ['asker', 'deletes the queue', '$JS.API.STREAM.DELETE.CHAOS_RUNS'],
    ['asker', 'changes the queue', '$JS.API.STREAM.UPDATE.CHAOS_RUNS'],
    ['operator', 'asks for a run', 'chaos.runs.aaaaaaaaaaaa.abcdef01.9'],
    ['operator', 'invents needs', '$KV.CHAOS_CONTROL.needs.aaaaaaaaaaaa'],
    ['operator', 'writes a result', '$KV.CHAOS_STATES.result.abcdef01.1'],
    ['operator', 'empties the queue', '$JS.API.STREAM.PURGE.CHAOS_RUNS'],
    ['operator', 'reads bundles', '$JS.API.STREAM.MSG.GET.OBJ_CHAOS_BUNDLES'],
  ] as const)('let no %s do what is not its own: it %s', async (user, _what, subject) => {
    const body = JSON.stringify(halt);
    await expect(queues[user].connection.request(subject, body, { timeout: 2_000 })).rejects.toThrow(
      /permissions/i,
    );
  });

  it.each(['asker', 'worker', 'operator'] as const)('let no %s listen to others', async (user) => {
    const { connection } = queues[user];
    const heard = await new Promise<string>((done) => {
      connection.subscribe('chaos.runs.>', { callback: (error) => done(error?.message ?? 'a message') });
    });
    expect(heard).toMatch(/permissions/i);
  });
});
