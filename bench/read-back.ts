// Reading a stream back into the history, beside `nats bench js ordered`: turn and turn about, on three nodes without proxies.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HistoryRecorder } from '../src/history/recorder.ts';
import { auditStream } from '../src/nats/audit/audit.ts';
import type { Connection } from '../src/nats/connect.ts';
import { fill, PUBLISHER, RUN_ID } from './fill.ts';
import { natsBench } from './natscli.ts';
import { startThreeNodes } from './three-nodes.ts';

const COUNT = Number(process.argv[2] ?? 500_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const VERSION = process.argv[4] ?? '2.12.15';
const SIZE = 128;

const nodes = await startThreeNodes('direct', VERSION);
try {
  const server = await nodes.makeStream('bench', 3);
  const conn = await nodes.connect(server);
  await fill(conn, 'bench.x', COUNT, SIZE);
  const ours: number[] = [];
  const peers: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const peer = natsBench(server, ['js', 'ordered', '--stream', 'bench', '--msgs', String(COUNT)]);
    const rate = await readBack(conn);
    // The first round warms up.
    if (round > 0) ours.push(rate);
    if (round > 0) peers.push(peer);
  }
  console.log(`${COUNT} messages of ${SIZE} B, R3, ${ROUNDS} rounds, messages a second:\n`);
  console.log(`read back into the history  ${rates(ours)}`);
  console.log(`nats bench js ordered       ${rates(peers)}`);
  console.log(`ratio of the medians        ${(median(ours) / median(peers)).toFixed(2)}`);
  await conn.close();
} finally {
  await nodes.stop();
}

async function readBack(conn: Connection): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-bench-history-'));
  const recorder = new HistoryRecorder(folder, (thrown) => {
    throw thrown;
  });
  try {
    const start = performance.now();
    const options = { address: 'c/bench', runId: RUN_ID, publishers: [PUBLISHER], stalledAfterMs: 10_000 };
    const audit = await auditStream(conn, options, recorder.stored('c/bench'));
    const rate = (COUNT / (performance.now() - start)) * 1000;
    if (!audit.complete || audit.messages !== COUNT) throw new Error(JSON.stringify(audit));
    return rate;
  } finally {
    recorder.close();
    rmSync(folder, { recursive: true });
  }
}

function rates(values: readonly number[]): string {
  return values.map((rate) => Math.round(rate).toLocaleString('en')).join('  ');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
