// Consuming at full speed with the history written, beside `nats bench`: turn and turn about, on three nodes without proxies.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { HistoryRecorder } from '../src/history/recorder.ts';
import { until } from '../src/support/deadline.ts';
import { consume } from '../src/workloads/consume/consume.ts';
import type { ConsumeOptions } from '../src/workloads/consume/options.ts';
import { fill, PUBLISHER, RUN_ID } from './fill.ts';
import { natsBench } from './natscli.ts';
import { startThreeNodes, type ThreeNodes } from './three-nodes.ts';

const COUNT = Number(process.argv[2] ?? 200_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const VERSION = process.argv[4] ?? '2.12.15';
const [SIZE, BATCH] = [128, 500];

interface Way {
  title: string;
  options: Partial<ConsumeOptions>;
  /** Arguments of the peer. */
  peer: string[];
  /** A part of the messages, where the peer is slow. */
  peerShare: number;
}

const WAYS: Way[] = [
  {
    title: 'every acknowledgement confirmed',
    options: { consumer: 'c/bench/ours', confirm: true },
    peer: ['fetch', '--doubleack'],
    peerShare: 0.05,
  },
  {
    title: 'acknowledgements not confirmed',
    options: { consumer: 'c/bench/ours', confirm: false },
    peer: ['fetch'],
    peerShare: 1,
  },
  { title: 'ordered', options: { ordered: 'c/bench' }, peer: ['ordered'], peerShare: 1 },
];

const nodes = await startThreeNodes('direct', VERSION);
try {
  const server = await nodes.makeStream('bench', 3);
  const conn = await nodes.connect(server);
  await fill(conn, 'bench.x', COUNT, SIZE);
  const manager = await jetstreamManager(conn);
  console.log(
    `${COUNT} messages of ${SIZE} B, R3, batches of ${BATCH}, ${ROUNDS} rounds, messages a second:\n`,
  );
  console.log('| | the runner, history on | `nats bench` | ratio of the medians |\n|---|---|---|---|');
  for (const way of WAYS) {
    const ours: number[] = [];
    const peers: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [rate, peer] = [await mine(nodes, server, way), await theirs(server, way)];
      for (const name of ['ours', 'nats-bench'])
        await manager.consumers.delete('bench', name).catch(() => undefined); // where there was one
      // The first round warms up.
      if (round > 0) ours.push(rate);
      if (round > 0) peers.push(peer);
    }
    const ratio = median(ours) / median(peers);
    console.log(`| ${way.title} | ${rates(ours)} | ${rates(peers)} | ${ratio.toFixed(2)} |`);
  }
  await conn.close();
} finally {
  await nodes.stop();
}

async function mine(cluster: ThreeNodes, server: string, { options }: Way): Promise<number> {
  const setup = await cluster.connect(server);
  if (options.consumer !== undefined)
    await (
      await jetstreamManager(setup)
    ).consumers.add('bench', {
      durable_name: 'ours',
      ack_policy: 'explicit',
      max_ack_pending: 10_000,
    });
  await setup.close();
  const folder = mkdtempSync(join(tmpdir(), 'chaos-bench-history-'));
  const recorder = new HistoryRecorder(folder, (thrown) => {
    throw thrown;
  });
  const epoch = performance.now();
  const context = {
    name: 'consume',
    runId: RUN_ID,
    seed: 1,
    reach: { servers: [], access: {} },
    publishers: [PUBLISHER],
    connect: () => cluster.connect(server),
    history: recorder,
    elapsedMs: () => performance.now() - epoch,
    signal: new AbortController().signal,
  };
  try {
    const workload = await consume.start(context, {
      kind: 'consume',
      push: false,
      pull: { how: 'consume', expires: 1000 },
      batch: BATCH,
      members: 1,
      ack: 'explicit',
      ackEvery: 10,
      confirm: true,
      ackTimeout: 10_000,
      processing: 0,
      count: COUNT,
      ...options,
    });
    const start = performance.now();
    await until(() => Promise.resolve(workload.progress().finished), {
      timeoutMs: 120_000,
      everyMs: 5,
      what: 'all messages',
    });
    const rate = (COUNT / (performance.now() - start)) * 1000;
    await workload.stop();
    const { ok, failed, unknown, firstError } = workload.record();
    if (ok < COUNT || failed + unknown > 0)
      throw new Error(`${ok} ok, ${failed + unknown} not: ${firstError}`);
    return rate;
  } finally {
    recorder.close();
    rmSync(folder, { recursive: true });
  }
}

function theirs(server: string, { peer, peerShare }: Way): Promise<number> {
  const count = Math.round(COUNT * peerShare);
  const args = ['js', ...peer, '--stream', 'bench', '--msgs', String(count), '--batch', String(BATCH)];
  return Promise.resolve(natsBench(server, args));
}

function rates(values: readonly number[]): string {
  return values.map((rate) => Math.round(rate).toLocaleString('en')).join(', ');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
