import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Asking } from '../../../src/cli/fleet/asking.ts';
import { insist } from '../../../src/cli/fleet/insist.ts';
import { RemoteCarrier } from '../../../src/cli/fleet/remote-carrier.ts';
import { SuiteState } from '../../../src/cli/fleet/suite-state.ts';
import type { RunDescription } from '../../../src/cli/suite/carrier.ts';
import { Queue } from '../../../src/nats/queue/queue.ts';
import { until } from '../../../src/support/deadline.ts';
import { startNatsCluster, type TestCluster } from '../../support/nats-cluster.ts';

const SUITE = 'abcdef77';

describe('one who asks while two of the three servers of the queue are down', () => {
  let cluster: TestCluster;
  let fleet: Asking;
  let queue: Queue;

  beforeEach(async () => {
    cluster = await startNatsCluster();
    const output = { say: () => undefined, warn: () => undefined };
    fleet = await Asking.open({ servers: cluster.addresses }, output, new AbortController().signal);
    queue = await Queue.open({ servers: cluster.addresses }, 'other');
  });
  afterEach(async () => {
    await fleet.close();
    await queue.close();
    await cluster.dispose();
  });

  const down = async (): Promise<void> => {
    await Promise.all([cluster.kill(1), cluster.kill(2)]);
  };
  const up = async (): Promise<void> => {
    await Promise.all([cluster.start(1), cluster.start(2)]);
  };
  const run = (id: string): RunDescription => ({
    ...{ id, label: `run ${id}`, file: resolve('experiments/basic-function.yaml') },
    ...{ seed: 1, out: join(cluster.folder, 'runs'), timeoutMs: 60_000 },
  });

  it('follows its suite once they are back', async () => {
    const state = new SuiteState(
      fleet.queue,
      SUITE,
      () => undefined,
      () => Promise.resolve(),
    );
    fleet.onClose(() => state.close());
    await down();
    await expect(state.begin()).rejects.toThrow();
    await up();
    await insist(() => state.begin());
  });

  it('sends and fetches reports once they are back', async () => {
    const content = Buffer.from('a report');
    const [path, got] = [join(cluster.folder, 'report'), join(cluster.folder, 'got')];
    const sha256 = createHash('sha256').update(content).digest('hex');
    writeFileSync(path, content);
    await down();
    await expect(queue.reports.putFile('r', path)).rejects.toThrow();
    await expect(fleet.queue.reports.getFile('r', got, { sha256, bytes: 8 })).rejects.toThrow();
    await up();
    await insist(() => queue.reports.putFile('r', path));
    await insist(() => fleet.queue.reports.getFile('r', got, { sha256, bytes: 8 }));
    expect(readFileSync(got)).toEqual(content);
  });

  it('does once what failed the first time', async () => {
    await expect(fleet.once('thing', () => Promise.reject(new Error('no leader')))).rejects.toThrow();
    expect(await fleet.once('thing', () => Promise.resolve(1))).toBe(1);
    expect(await fleet.once('thing', () => Promise.resolve(2))).toBe(1);
  });

  it('takes a run back once they are back', async () => {
    const withdrawal = new AbortController();
    const carried = new RemoteCarrier(fleet, SUITE).carry(run('3'), {
      signal: new AbortController().signal,
      withdraw: withdrawal.signal,
    });
    const hash = fleet.outstanding.get(`${SUITE}.3`)?.hash ?? '';
    const waits = async (): Promise<boolean> =>
      (await queue.runs.waiting([hash])).some(({ pending }) => pending === 1);
    await until(waits, { timeoutMs: 60_000, what: 'the run on the queue' });
    await down();
    withdrawal.abort();
    await expect(queue.runs.withdraw({ suite: SUITE, run: 'another' })).rejects.toThrow();
    await up();
    expect(await carried).toMatchObject({ withdrawn: true });
    expect(await insist(waits)).toBe(false);
  });

  it('has no result of a run when it is interrupted before the run is queued', async () => {
    const carrier = new RemoteCarrier(fleet, SUITE);
    const interrupt = new AbortController();
    await down();
    const first = carrier.carry(run('1'), { signal: interrupt.signal });
    interrupt.abort('SIGINT');
    expect(await first).toMatchObject({ withdrawn: true, left: [] });
    expect(await carrier.carry(run('2'), { signal: interrupt.signal })).toMatchObject({ withdrawn: true });
  });
});
