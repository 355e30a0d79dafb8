import { describe, expect, test } from 'vitest';
import { assetOperations } from '../../src/checkers/assets/operations.ts';
import { auditAssets } from '../../src/nats/audit/audit-assets.ts';
import { ACCOUNT, CLUSTER, RUN_ID, useCluster } from './cluster.ts';
import { eventually } from './harness.ts';

const run = useCluster(['churn', 'request', 'nobody', 'news', 'files']);

describe('assets', () => {
  const audit = async () => {
    const nodes = run.driver.nodes().filter(({ cluster }) => cluster === CLUSTER);
    const read = await auditAssets({
      workload: 'churn',
      runId: RUN_ID,
      account: ACCOUNT,
      replicas: 3,
      nodes,
      connect: (server) => run.driver.connect([server], ACCOUNT, 'audit'),
      timeoutMs: 30_000,
      signal: new AbortController().signal,
    });
    run.recorder.append({ type: 'assets-audit', t: run.now(), ...read });
    return read;
  };

  test('streams and consumers that come and go are what the operations made of them, which a stray deletion shows', async () => {
    const churn = await run.start('churn', {
      kind: 'assets',
      cluster: CLUSTER,
      names: 5,
      count: 150,
      rate: 500,
      storage: 'memory',
      // Servers leave some changes that meet others without an answer.
      timeout: 2000,
    });
    await eventually(() => churn.progress().finished, '150 operations');
    await churn.stop();
    const read = await audit();
    expect(read).toMatchObject({ complete: true });
    const options = { workloads: ['churn'], refusals: 'judged', lists: 'counted' };
    const finding = await run.check('assets-model', options);
    expect(finding).toMatchObject({ verdict: 'pass', examples: [] });
    expect(finding.counts).toMatchObject({
      done: expect.any(Number) as number,
      operations: expect.any(Number) as number,
    });
    const history = await run.history();
    expect(new Set(history.operationStatuses('churn').map(({ refused }) => refused))).toEqual(
      new Set([undefined, 'exists', 'missing']),
    );

    // A deletion without an answer would explain that the stream is gone.
    const { byStream } = assetOperations(history, 'churn');
    const mayBeGone = (name: string): boolean =>
      (byStream.get(name) ?? []).some(({ op, result }) => op === 'delete' && result === 'unknown');
    const stream = read.nodes[0]?.held.find((one) => !mayBeGone(one.stream))?.stream ?? '';
    const connection = await run.driver.connect([run.driver.nodes()[0]?.client ?? ''], ACCOUNT, 'stray');
    await connection.request(`$JS.API.STREAM.DELETE.${stream}`, '', { timeout: 10_000 });
    await connection.close();
    await audit();
    const lost = await run.check('assets-model', options);
    expect(lost).toMatchObject({ verdict: 'fail', counts: { lost: 1 } });
    expect(lost.statement).toContain(`no node holds ${CLUSTER}/${stream}`);
  });

  test('it pauses, goes on, and gives up operations under way when it is told to', async () => {
    // Lists are always answered; of changes that meet others some never are.
    const churn = await run.start('churn', {
      kind: 'assets',
      cluster: CLUSTER,
      operations: { list: 1 },
      rate: 100,
      timeout: 600_000,
    });
    await eventually(() => churn.progress().done > 5, 'some operations');
    await churn.pause();
    const { done } = churn.progress();
    expect(churn.progress().paused).toBe(true);
    churn.resume();
    await eventually(() => churn.progress().done > done + 5, 'more operations');
    const paused = run.driver.nodes().map(({ address }) => address);
    await Promise.all(paused.map((node) => run.driver.processes!.pause(node)));
    const giveUp = new AbortController();
    const stopped = churn.stop(giveUp.signal);
    giveUp.abort();
    await Promise.all(paused.map((node) => run.driver.processes!.resume(node)));
    await stopped;
    expect(churn.record()).toMatchObject({ kind: 'assets', target: `${CLUSTER}/churn-*` });
  });
});

describe('request and reply', () => {
  test('every request gets its own answer, or an error on purpose; each is handled once', async () => {
    const service = { cluster: CLUSTER, subject: 'service.a' };
    const reply = await run.start('reply', {
      kind: 'reply',
      ...service,
      members: 3,
      delay: '1ms',
      errors: '20%',
    });
    const request = await run.start('request', {
      kind: 'request',
      ...service,
      rate: '1000/s',
      count: 400,
      timeout: '20s',
    });
    await eventually(() => request.progress().finished, '400 requests');
    await Promise.all([request.stop(), reply.stop()]);
    const options = { requested: ['request'], replied: ['reply'], atLeast: 1 };
    const finding = await run.check('answered', options);
    expect(finding).toMatchObject({ verdict: 'pass', counts: { requests: 400, answers: 400, handled: 400 } });
    expect(finding.counts.errors).toBeGreaterThan(20);
    expect(request.record()).toMatchObject({ kind: 'request', unknown: 0, failed: finding.counts.errors });
    expect(reply.record()).toMatchObject({ kind: 'reply', ok: 400 });
  });

  test('nobody there is told from no answer in time', async () => {
    const service = { cluster: CLUSTER, subject: 'service.b' };
    const wanted = { kind: 'request', ...service, rate: '100/s', count: 3 };
    const nobody = await run.start('nobody', wanted);
    await eventually(() => nobody.progress().finished, '3 requests');
    expect(nobody.record()).toMatchObject({ ok: 0, failed: 3, firstError: 'there was nobody to answer' });
    const reply = await run.start('reply', { kind: 'reply', ...service, delay: '2s' });
    const silent = await run.start('request', { ...wanted, timeout: '50ms' });
    await eventually(() => silent.progress().finished, '3 requests');
    expect(silent.record()).toMatchObject({ ok: 0, failed: 0, unknown: 3 });
    await Promise.all([nobody.stop(), silent.stop()]);
    await reply.stop();
    const options = { requested: ['request'], replied: ['reply'] };
    expect(await run.check('answered', options)).toMatchObject({
      verdict: 'inconclusive',
      statement: 'no request of request was answered',
      counts: { handled: 3, unanswered: 3 },
    });
  });
});

describe('publish and subscribe', () => {
  test('each subscriber gets a message at most once, and of a queue group only one member', async () => {
    const all = await run.start('all', { kind: 'core-subscribe', cluster: CLUSTER, subject: 'news.>' });
    const group = { queue: 'readers', members: 3 };
    const one = await run.start('one', {
      kind: 'core-subscribe',
      cluster: CLUSTER,
      subject: 'news.>',
      ...group,
    });
    const fields = {
      kind: 'core-publish',
      cluster: CLUSTER,
      subject: 'news.{eu,us}',
      rate: '2000/s',
      count: 1000,
    };
    const news = await run.start('news', fields);
    await eventually(() => news.progress().finished, '1000 messages');
    await news.stop();
    await Promise.all([all.stop(), one.stop()]);
    const options = { published: ['news'], received: ['all', 'one'], maxLoss: 0 };
    expect(await run.check('at-most-once', options)).toMatchObject({
      verdict: 'pass',
      counts: { sent: 1000, received: 2000, lost: 0 },
    });
    expect(all.record()).toMatchObject({ kind: 'core-subscribe', target: `${CLUSTER}/news.>`, ok: 1000 });
  });
});

describe('publishing without a stream', () => {
  test('pauses by itself after as many messages as it is told, each time', async () => {
    const hear = await run.start('hear', { kind: 'core-subscribe', cluster: CLUSTER, subject: 'steps' });
    const fields = { kind: 'core-publish', cluster: CLUSTER, subject: 'steps', rate: '2000/s', count: 60 };
    const steps = await run.start('steps', { ...fields, pauseAt: [1, 50] });
    for (const sent of [1, 50]) {
      await eventually(() => steps.progress().paused, `pause after ${sent}`);
      expect(steps.progress()).toMatchObject({ done: sent, finished: false });
      steps.resume();
    }
    await eventually(() => steps.progress().finished, '60 messages');
    await steps.stop();
    await hear.stop();
    expect(hear.record()).toMatchObject({ ok: 60 });
  });
});

describe('objects', () => {
  test('are read whole, and are in the end as the last writes left them', async () => {
    const connection = await run.driver.connect([run.driver.nodes()[0]?.client ?? ''], ACCOUNT, 'setup');
    const config = { name: 'OBJ_files', subjects: ['$O.files.C.>', '$O.files.M.>'], storage: 'memory' };
    const more = { num_replicas: 3, allow_rollup_hdrs: true, allow_direct: true, discard: 'new' };
    const made = await connection.request(
      '$JS.API.STREAM.CREATE.OBJ_files',
      JSON.stringify({ ...config, ...more }),
      {
        timeout: 20_000,
      },
    );
    expect(made.json()).not.toHaveProperty('error');
    const fields = {
      kind: 'object',
      bucket: `${CLUSTER}/files`,
      names: 'file.{1..3}',
      rate: '100/s',
      count: 60,
    };
    const files = await run.start('files', { ...fields, clients: 3, timeout: '20s' });
    await eventually(() => files.progress().finished, '60 operations');
    await files.stop();
    const options = { workloads: ['files'], reads: 'judged' };
    const finding = await run.check('objects-intact', options);
    expect(finding).toMatchObject({ verdict: 'pass', examples: [], counts: { lastReads: 3 } });
    expect(finding.counts.reads).toBeGreaterThan(10);
    expect(files.record()).toMatchObject({ kind: 'object', target: `${CLUSTER}/OBJ_files`, failed: 0 });
    await connection.close();
  });
});
