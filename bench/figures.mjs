/**
 * Measures the runner itself, on the built program: `npm run bench:figures`. Prints one Markdown table.
 * Start, proof and teardown come from the reports of real runs; the commands are timed from outside, beside `node -e 0`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, '../dist/cli/main.js');
const EXPERIMENT = resolve(import.meta.dirname, '../experiments/partition-recovery.yaml');
const RUNS = Number(process.argv[2] ?? 5);
const COMMANDS = 21;

const out = mkdtempSync(join(os.tmpdir(), 'figures-'));
const runs = Array.from({ length: RUNS }, measureRun);
rmSync(out, { recursive: true });

const rows = [
  ['six nodes, from nothing to steady state', runs.map((r) => r.steadyMs), 5000],
  ['… of it, until every stream has its leader and replicas', runs.map((r) => r.readyMs), null],
  ['a partition of 9 links, from injection to proof', runs.map((r) => r.proofMs), 300],
  ['wall time above phases and the cluster’s start', runs.map((r) => r.overheadMs), 3000],
  ['teardown', runs.map((r) => r.teardownMs), 1000],
  ['`chaos validate experiments/partition-recovery.yaml`', timed([PROGRAM, 'validate', EXPERIMENT]), 300],
  ['`chaos --help`', timed([PROGRAM, '--help']), 200],
  ['… for comparison: `node -e 0`', timed(['-e', '0']), null],
];
console.log(
  `node ${process.version}, ${os.cpus().length} x ${os.cpus()[0]?.model}, ${os.type()} ${os.release()}\n`,
);
console.log('| figure | median | worst | target |\n|---|---|---|---|');
for (const [what, values, target] of rows) {
  console.log(
    `| ${what} | ${ms(median(values))} | ${ms(Math.max(...values))} | ${target === null ? '' : ms(target)} |`,
  );
}

function measureRun() {
  const from = performance.now();
  const { stdout, status } = spawnSync(
    process.execPath,
    [PROGRAM, 'run', EXPERIMENT, '--json', '--free-ports', '--out', out],
    { encoding: 'utf8' },
  );
  const wallMs = performance.now() - from;
  const result = JSON.parse(stdout.trim().split('\n').at(-1));
  if (status !== 0) throw new Error(`the run did not pass (exit ${status}): ${result.headline}`);
  const report = JSON.parse(readFileSync(join(result.folder, 'report.json'), 'utf8'));
  const phasesMs = report.phases.reduce((sum, phase) => sum + phase.endedAt - phase.startedAt, 0);
  return {
    steadyMs: report.timeline.find((entry) => entry.kind === 'steady-state').t,
    readyMs: report.figures.readyMs,
    proofMs: Math.max(...report.faults.map((fault) => fault.inForce.afterMs)),
    overheadMs: wallMs - report.figures.readyMs - phasesMs,
    teardownMs: report.figures.teardownMs,
  };
}

function timed(args) {
  return Array.from({ length: COMMANDS }, () => {
    const from = performance.now();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    return performance.now() - from;
  });
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ms(value) {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}
