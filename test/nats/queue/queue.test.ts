import { createHash } from 'node:crypto';
import { writeFileSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packBundle, unpackBundle } from '../../../src/fleet/bundle.ts';
import { MAX_BUNDLE_BYTES } from '../../../src/fleet/limits.ts';
import type { FleetResult } from '../../../src/fleet/state.ts';
import { ensureAssets } from '../../../src/nats/queue/assets.ts';
import { Queue } from '../../../src/nats/queue/queue.ts';
import { until } from '../../../src/support/deadline.ts';
import { needs, offer, request } from '../../fleet/requests.ts';
import { startNatsCluster, type TestCluster } from '../../support/nats-cluster.ts';
import { startNatsServer } from '../../support/nats-server.ts';

const PASSED: FleetResult = {
  schemaVersion: 1,
  worker: 'w1',
  host: 'h',
  attempt: 1,
  startedAt: '2026-11-30T00:00:00.000Z',
  durationMs: 1,
  timedOut: false,
  how: 'exit code 0',
  complaints: [],
  left: [],
};

describe('the queue of a fleet, on a cluster of three servers', () => {
  let cluster: TestCluster;
  let queue: Queue;
  let other: Queue;
  let hash: string;
  /** Each test has runs of its own. */
  let suite = 0xabcdef00;

  beforeAll(async () => {
    cluster = await startNatsCluster();
    queue = await Queue.open({ servers: cluster.addresses }, 'asker');
    other = await Queue.open({ servers: [...cluster.addresses].reverse() }, 'worker');
    expect(await ensureAssets(queue)).toEqual({ replicas: 3 });
    expect(await ensureAssets(other)).toEqual({ replicas: 3 });
    hash = await queue.control.addNeeds(needs());
    await queue.runs.ensureConsumer(hash);
    await other.runs.ensureConsumer(hash);
  });
  afterAll(async () => {
    await queue.close();
    await other.close();
    await cluster.dispose();
  });
  beforeEach(async () => {
    suite += 1;
    await queue.runs.withdraw({ suite: '*' });
  });
  const run = (name = 1) => request({ suite: suite.toString(16), run: String(name) });

  it('queues a run once, however often it is asked for, until it is done', async () => {
    expect(await queue.runs.submit(run(), hash)).toBe(true);
    expect(await other.runs.submit(run(), hash)).toBe(false);
    const lease = await other.runs.take(hash, 2_000);
    expect(lease).toMatchObject({ delivery: 1, request: { value: run() } });
    expect(await queue.runs.submit(run(), hash)).toBe(false);
    expect(await other.runs.take(hash, 0)).toBeNull();
    expect(await queue.runs.waiting([hash])).toMatchObject([{ pending: 0, underWay: 1 }]);
    expect(await lease?.done()).toBe(true);
    expect(await queue.runs.waiting([hash])).toMatchObject([{ pending: 0, underWay: 0 }]);
  });

  it('gives a run that was given back to the next who asks', async () => {
    await queue.runs.submit(run(), hash);
    (await queue.runs.take(hash, 2_000))?.giveBack(1);
    const again = await other.runs.take(hash, 5_000);
    expect(again).toMatchObject({ delivery: 2, key: { run: '1' } });
    await again?.done();
  });

  it('hands no run to two workers at once', async () => {
    const numbers = Array.from({ length: 50 }, (_, i) => i + 1);
    await Promise.all(numbers.map((number) => queue.runs.submit(run(number), hash)));
    const takeAll = async (who: Queue): Promise<number[]> => {
      const taken: number[] = [];
      for (let lease = await who.runs.take(hash, 0); lease !== null; lease = await who.runs.take(hash, 0)) {
        taken.push(Number(lease.key.run));
        await lease.done();
      }
      return taken;
    };
    const taken = (await Promise.all([queue, other, queue, other].map(takeAll))).flat();
    expect(taken.sort((a, b) => a - b)).toEqual(numbers);
  });

  it('withdraws the runs of one suite, or one run', async () => {
    await Promise.all([1, 2, 3].map((number) => queue.runs.submit(run(number), hash)));
    expect(await queue.runs.withdraw({ suite: run().suite, run: '2' })).toBe(1);
    expect(await queue.runs.withdraw({ suite: run().suite })).toBe(2);
    expect(await other.runs.take(hash, 0)).toBeNull();
    // What was withdrawn can be asked for again at once.
    expect(await queue.runs.submit(run(2), hash)).toBe(true);
  });

  it('tells what is no request, or not the one of its subject', async () => {
    const subject = `chaos.runs.${hash}.${run().suite}`;
    await queue.connection.request(`${subject}.1`, '{"rm": "-rf"}', { timeout: 5_000 });
    await queue.connection.request(`${subject}.2`, JSON.stringify(run(3)), { timeout: 5_000 });
    const [first, second] = [await other.runs.take(hash, 2_000), await other.runs.take(hash, 2_000)];
    expect(first?.request.problem).toContain('violates');
    expect(second?.request.problem).toBe('it names another run than its subject');
    await Promise.all([first?.done(), second?.done()]);
  });

  it('takes what has a name that no run can have off the queue: nothing could be told of it', async () => {
    const subject = `chaos.runs.${hash}.no!suite.1`;
    await queue.connection.request(subject, JSON.stringify(run()), { timeout: 5_000 });
    expect(await other.runs.take(hash, 2_000)).toBeNull();
    expect(await queue.runs.waiting([hash])).toMatchObject([{ pending: 0, underWay: 0 }]);
  });

  it('keeps a result where something is that nobody can read', async () => {
    const key = run();
    const subject = `$KV.CHAOS_STATES.result.${key.suite}.${key.run}`;
    await queue.connection.request(subject, '{"schemaVersion": 99}', { timeout: 5_000 });
    expect(await other.states.addResult(key, PASSED)).toBe(true);
    expect(await queue.states.addResult(key, { ...PASSED, worker: 'w2' })).toBe(false);
    expect((await queue.states.result(key))?.value).toEqual(PASSED);
  });

  it('has nothing for one who asks for needs that nobody has', async () => {
    expect(await other.runs.take('000000000000', 0)).toBeNull();
    expect(await other.runs.waiting(['000000000000'])).toEqual([]);
  });

  it('keeps the first result of a run, and tells it to whoever watches, also later', async () => {
    const key = run();
    const stop = new AbortController();
    const seen: unknown[] = [];
    const watching = queue.states.watchResults(key.suite, stop.signal, (name, { value }) =>
      seen.push([name, value?.worker]),
    );
    expect(await other.states.addResult(key, PASSED)).toBe(true);
    expect(await queue.states.addResult(key, { ...PASSED, worker: 'w2' })).toBe(false);
    await until(() => Promise.resolve(seen.length > 0), { timeoutMs: 10_000, what: 'the result' });
    stop.abort();
    await watching;
    expect(seen).toEqual([['1', 'w1']]);
    expect(await queue.states.results(key.suite)).toMatchObject([{ value: { worker: 'w1' } }]);
    await queue.states.forget(key);
    expect(await queue.states.result(key)).toMatchObject({ value: null });
    expect(await queue.states.results(key.suite)).toEqual([]);
  });

  it('tells what workers say of themselves and of their runs', async () => {
    const worker = {
      id: 'w1',
      host: 'h',
      version: '0',
      offer: offer(),
      slots: 2,
      busy: 0,
      since: 'now',
      done: 0,
    };
    await other.states.beat(worker);
    await other.states.setRun(run(), {
      state: 'running',
      worker: 'w1',
      since: 'now',
      attempt: 1,
      lost: 0,
      refused: {},
    });
    expect(await queue.states.workers()).toMatchObject([{ value: worker }]);
    expect((await queue.states.run(run()))?.value?.worker).toBe('w1');
    await other.states.leave('w1');
    expect(await queue.states.workers()).toEqual([]);
  });

  it('passes over what is not as it should be, whoever wrote it', async () => {
    await queue.connection.request('$KV.CHAOS_STATES.worker.evil', '{"id":"evil"}', { timeout: 5_000 });
    expect(await queue.states.workers()).toEqual([]);
    await queue.connection.request('$KV.CHAOS_CONTROL.needs.aaaaaaaaaaaa', JSON.stringify(needs()), {
      timeout: 5_000,
    });
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = other.control.watchNeeds(stop.signal, (one) => seen.push(one));
    await until(() => Promise.resolve(seen.includes(hash)), { timeoutMs: 10_000, what: 'the needs' });
    stop.abort();
    await watching;
    expect(seen).toEqual([hash]);
  });

  it('halts for everybody, and goes on', async () => {
    const stop = new AbortController();
    const seen: (string | null)[] = [];
    const watching = other.control.watchHalt(stop.signal, (halt) => seen.push(halt?.reason ?? null));
    await queue.control.halt({ by: 'me', reason: 'smoke', at: 'now' });
    expect(await other.control.halted()).toMatchObject({ reason: 'smoke' });
    await until(() => Promise.resolve(seen.includes('smoke')), { timeoutMs: 10_000, what: 'the halt' });
    expect(await queue.control.resume()).toMatchObject({ reason: 'smoke' });
    expect(await queue.control.resume()).toBeNull();
    await until(() => Promise.resolve(seen.at(-1) === null), {
      timeoutMs: 10_000,
      what: 'the end of the halt',
    });
    stop.abort();
    await watching;
  });

  it('carries bundles and reports, and notices another content', async () => {
    const packed = packBundle({ files: { 'experiments/a.yaml': 'x'.repeat(500_000) } });
    expect(await queue.bundles.putOnce(packed.sha256, packed.content)).toBe(true);
    expect(await queue.bundles.putOnce(packed.sha256, packed.content)).toBe(false);
    const expected = { sha256: packed.sha256, maxBytes: MAX_BUNDLE_BYTES };
    expect(unpackBundle(await other.bundles.get(packed.sha256, expected)).files).toHaveProperty([
      'experiments/a.yaml',
    ]);
    await expect(other.bundles.get(packed.sha256, { ...expected, maxBytes: 10 })).rejects.toThrow(
      'more than the 10',
    );
    await expect(other.bundles.get('f'.repeat(64), expected)).rejects.toThrow('has no object');

    const path = join(cluster.folder, 'report');
    const content = Buffer.alloc(700_000, 'abc');
    writeFileSync(path, content);
    await other.reports.putFile('r.1', path);
    const sha256 = createHash('sha256').update(content).digest('hex');
    await queue.reports.getFile('r.1', `${path}.got`, { sha256, bytes: content.length });
    expect(readFileSync(`${path}.got`).equals(content)).toBe(true);
    const wrong = { sha256: '0'.repeat(64), bytes: content.length };
    await expect(queue.reports.getFile('r.1', `${path}.bad`, wrong)).rejects.toThrow('another content');
    expect(existsSync(`${path}.bad`)).toBe(false);
    await queue.reports.delete('r.1');
    await expect(queue.reports.getFile('r.1', `${path}.bad`, wrong)).rejects.toThrow('has no object');
  });

  it('knows its own servers, by whatever address they are reached', async () => {
    const other = await startNatsServer();
    expect(await queue.isOwn([other.address])).toBe(false);
    expect(await queue.isOwn([other.address, cluster.addresses[1]!])).toBe(true);
    expect(await queue.isOwn([cluster.addresses[2]!.replace('127.0.0.1', 'localhost')])).toBe(true);
    await other.dispose();
  });

  // An answer to a pull may be lost with the node: then a lease of a minute has to run out, or two.
  it('ends a watch whose signal fires before it has begun', async () => {
    const stop = new AbortController();
    const watching = [
      queue.states.watchWorkers(stop.signal, () => undefined),
      queue.control.watchHalt(stop.signal, () => undefined),
      queue.states.watchResults('abcdef01', AbortSignal.abort(), () => undefined),
    ];
    stop.abort();
    expect(await Promise.all(watching)).toHaveLength(3);
  });

  it('goes on when a node is killed, with every run, result and watch', async () => {
    const numbers = Array.from({ length: 30 }, (_, i) => i + 1);
    await Promise.all(numbers.map((number) => queue.runs.submit(run(number), hash)));
    const stop = new AbortController();
    const told = new Set<number>();
    const watching = queue.states.watchResults(run().suite, stop.signal, (name) => told.add(Number(name)));
    const half = until(() => Promise.resolve(told.size >= 10), { timeoutMs: 60_000, what: 'ten results' });
    const work = async (): Promise<void> => {
      while (told.size < numbers.length) {
        const lease = await other.runs.take(hash, 1_000).catch(() => null);
        if (lease === null) continue;
        await until(() => other.states.addResult(lease.key, PASSED).then(() => true), {
          timeoutMs: 60_000,
          what: 'a result to be kept',
        });
        await lease.done();
      }
    };
    const working = work();
    await half;
    await cluster.kill(0);
    await until(() => Promise.resolve(told.size === numbers.length), {
      timeoutMs: 280_000,
      what: 'all results',
    });
    await working;
    stop.abort();
    await watching;
    await cluster.start(0);
    expect([...told].sort((a, b) => a - b)).toEqual(numbers);
  });
});
