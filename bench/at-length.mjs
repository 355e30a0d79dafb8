/**
 * A run at full speed and of any length, on the built program: `node bench/at-length.mjs [messages] [consumed: yes|no] [phase seconds]`.
 * Three nodes, one R3 file stream, messages of 128 B, history on; prints rates, the runner's memory (its peak, from /proc),
 * the size of the history, what the run took beyond its phases, and how late the probes were read.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, '../dist/cli/main.js');
const MESSAGES = Number(process.argv[2] ?? 10_000_000);
const CONSUMED = (process.argv[3] ?? 'no') === 'yes';
const SECONDS = process.argv[4] === undefined ? undefined : Number(process.argv[4]);

const folder = mkdtempSync(join(os.tmpdir(), 'at-length-'));
try {
  writeProject();
  const { peakMb, wallMs, output } = await run();
  const out = join(folder, 'reports');
  const [name] = readdirSync(out).filter((entry) => entry.includes('at-length'));
  if (name === undefined) throw new Error(`no report:\n${output}`);
  const report = JSON.parse(readFileSync(join(out, name, 'report.json'), 'utf8'));
  print(report, join(out, name), peakMb, wallMs);
} finally {
  rmSync(folder, { recursive: true });
}

function writeProject() {
  for (const name of ['experiments', 'environments']) mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, 'environments', 'bench.yaml'),
    `name: bench
title: Three nodes
nats: "2.12"
clusters:
  c: { nodes: [n1, n2, n3] }
streams:
  c/s: { subjects: ["s.>"], replicas: 3 }
consumers:
  c/s/w: { ackWait: 60s, maxAckPending: 20000 }
`,
  );
  const until =
    SECONDS === undefined
      ? `until: [{ kind: workload-progress, workload: publisher, min: ${MESSAGES} }]
    within: 3600s`
      : `for: ${SECONDS}s`;
  writeFileSync(
    join(folder, 'experiments', 'at-length.yaml'),
    `name: at-length
title: A long run at full speed
environment: bench
workloads:
  publisher: { kind: publish, stream: c/s, subject: s.x, rate: max, ${SECONDS === undefined ? `count: ${MESSAGES}, ` : ''}size: 128B, maxInFlight: 4000, timeout: 30s }
${CONSUMED ? '  worker: { kind: consume, consumer: c/s/w, batch: 1000 }\n' : ''}steadyState:
  - { kind: replicas-current, stream: c/s, min: 3, within: 30s }
method:
  - phase: load
    ${until}
checks:
  - { kind: no-loss, published: publisher${CONSUMED ? ', received: [worker]' : ''} }
  - { kind: no-duplicates${CONSUMED ? ', received: [worker]' : ''} }
${CONSUMED ? '  - { kind: ordered, received: [worker] }\n' : ''}drain: { within: 3600s }
`,
  );
}

function run() {
  const from = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'run', 'experiments/at-length.yaml', '--free-ports'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  let peakMb = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has ended.
    }
  }, 100);
  return new Promise((resolve) => {
    child.on('exit', () => {
      clearInterval(timer);
      resolve({ peakMb, wallMs: performance.now() - from, output });
    });
  });
}

function print(report, path, peakMb, wallMs) {
  const published = report.workloads.find(({ kind }) => kind === 'publish');
  const consumed = report.workloads.find(({ kind }) => kind === 'consume');
  const phase = report.phases.find(({ name }) => name === 'load');
  const seconds = (phase.endedAt - phase.startedAt) / 1000;
  const phasesMs = report.phases.reduce((sum, { startedAt, endedAt }) => sum + (endedAt - startedAt), 0);
  const rows = published.ok + published.failed + published.unknown + (consumed?.ok ?? 0);
  const history = join(path, 'history');
  const bytes = readdirSync(history)
    .filter((name) => name.endsWith('.arrow'))
    .reduce((sum, name) => sum + statSync(join(history, name)).size, 0);
  console.log(
    `node ${process.version}, ${os.cpus().length} x ${os.cpus()[0]?.model}, nats-server ${report.versions['nats-server']}`,
  );
  console.log(`verdict                          ${report.verdict}: ${report.headline}`);
  for (const { check, verdict, statement } of report.findings)
    console.log(`  ${check}: ${verdict}: ${statement}`);
  console.log(
    `published                        ${published.ok} in ${seconds.toFixed(1)} s, ${Math.round(published.ok / seconds)}/s`,
  );
  if (consumed) console.log(`consumed                         ${consumed.ok}`);
  console.log(`history of the operations        ${(bytes / rows).toFixed(1)} bytes each`);
  console.log(`peak memory of the runner        ${Math.round(peakMb)} MB`);
  console.log(
    `wall time                        ${(wallMs / 1000).toFixed(1)} s: phases + ${((wallMs - phasesMs) / 1000).toFixed(1)} s`,
  );
  if (report.sampling) {
    const { rounds, lateP50Ms, lateP99Ms, lateMaxMs } = report.sampling;
    console.log(
      `probes late                      p50 ${lateP50Ms} ms, p99 ${lateP99Ms} ms, max ${lateMaxMs} ms, of ${rounds} rounds`,
    );
  }
}
