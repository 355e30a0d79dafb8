/**
 * Throughput and latencies of the order system with one instance of OrderApi and OrderService and with three of each, on the
 * built program: `npm run bench:order-system [seconds] [connections] [rounds]`. Prints a Markdown table beside the figures that
 * the guide promises, and how busy the machine was.
 *
 * Twice: with the work of each order as the environment has it (20 ms, four orders at a time), where an instance has a limit of
 * its own, and without work, where the machine is the limit. Each connection sends its next order when the last is answered.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';

const ROOT = resolve(import.meta.dirname, '..');
const PROGRAM = join(ROOT, 'dist/cli/main.js');
const SECONDS = Number(process.argv[2] ?? 15);
const CONNECTIONS = Number(process.argv[3] ?? 32);
const ROUNDS = Number(process.argv[4] ?? 1);

const PERCENTILES = ['p50', 'p95', 'p99'];
const MODES = [
  { name: 'with work', env: {} },
  { name: 'without work', env: { ORDER_WORK_MS: '0', ORDER_CONCURRENCY: '1000' } },
];

const folder = mkdtempSync(join(os.tmpdir(), 'order-system-'));
try {
  for (const name of ['experiments', 'environments']) mkdirSync(join(folder, name));
  const results = new Map();
  // Turn and turn about, so that both see the machine at its best and at its worst.
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, env } of MODES) {
      for (const replicas of [1, 3]) {
        const key = `${name} ${replicas}`;
        results.set(key, [...(results.get(key) ?? []), await measure(replicas, env)]);
      }
    }
  }
  print(results);
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(replicas, env) {
  writeProject(replicas);
  const out = join(folder, 'reports');
  const cpu = watchCpu();
  const { code, output } = await run(env, out);
  const busy = cpu.stop();
  if (code !== 0) throw new Error(`the run did not pass (exit ${code}):\n${output}`);
  const result = JSON.parse(output.trim().split('\n').at(-1));
  const report = JSON.parse(readFileSync(join(result.folder, 'report.json'), 'utf8'));
  const phase = report.phases.find(({ name }) => name === 'load');
  const began = Date.parse(report.startedAt);
  const during = busy.filter(({ at }) => at > began + phase.startedAt && at < began + phase.endedAt);
  const seconds = report.workloads
    .find(({ name }) => name === 'order')
    .seconds.filter(({ t }) => t >= phase.startedAt && t + 1000 <= phase.endedAt);
  const sum = (key) => seconds.reduce((total, second) => total + second[key], 0);
  return {
    rate: sum('ok') / seconds.length,
    latencies: report.thresholds.slice(0, PERCENTILES.length).map(({ measured }) => measured),
    errors: report.thresholds.at(-1).measured,
    busy: during.reduce((total, { busy: share }) => total + share, 0) / Math.max(1, during.length),
  };
}

function writeProject(replicas) {
  const environment = load(readFileSync(join(ROOT, 'environments/order-system.yaml'), 'utf8'));
  environment.name = 'bench';
  for (const name of ['order-api', 'order-service']) environment.services[name].replicas = replicas;
  // Its metrics are no part of what is measured.
  delete environment.services.prometheus;
  const text = JSON.stringify(environment).replaceAll('${here}', join(ROOT, 'environments'));
  writeFileSync(join(folder, 'environments/bench.yaml'), text);
  const healthy = { kind: 'service-healthy', is: 'healthy', within: '30s' };
  const body = {
    orderId: '{id}',
    customerId: 'customer-{1..100}',
    items: [{ productId: 'prod-1', quantity: 2, price: 100 }],
  };
  const experiment = {
    name: 'bench',
    title: `Orders as fast as they are answered, with ${replicas} of each`,
    environment: 'bench',
    workloads: {
      order: {
        kind: 'http',
        service: 'nginx',
        path: '/api/orders',
        body,
        rate: 'max',
        connections: CONNECTIONS,
        timeout: '10s',
      },
      stored: { kind: 'ledger', redis: { service: 'redis', list: 'orders' } },
    },
    steadyState: ['order-api', 'order-service'].map((service) => ({ ...healthy, service })),
    method: [
      { phase: 'warm up', for: '4s' },
      { phase: 'load', for: `${SECONDS}s` },
    ],
    checks: [{ kind: 'exactly-once', published: 'order', received: ['stored'] }],
    thresholds: [
      // They are there to be read from the report.
      ...PERCENTILES.map((one) => ({ metric: 'latency', workload: 'order', phase: 'load', [one]: '60s' })),
      { metric: 'errors', workload: 'order', phase: 'load', max: '100%' },
    ],
  };
  writeFileSync(join(folder, 'experiments/bench.yaml'), JSON.stringify(experiment));
}

function run(env, out) {
  return new Promise((done) => {
    const file = join(folder, 'experiments/bench.yaml');
    const child = spawn(process.execPath, [PROGRAM, 'run', file, '--json', '--free-ports', '--out', out], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.once('close', (code) => done({ code, output }));
  });
}

/** The share of all processors that is busy, every half second. */
function watchCpu() {
  const samples = [];
  let last = os.cpus();
  const timer = setInterval(() => {
    const now = os.cpus();
    const sums = now.map(({ times }, i) => {
      const before = last[i].times;
      const idle = times.idle - before.idle;
      const all = Object.keys(times).reduce((sum, key) => sum + times[key] - before[key], 0);
      return { idle, all };
    });
    const total = (key) => sums.reduce((sum, one) => sum + one[key], 0);
    samples.push({ at: Date.now(), busy: 1 - total('idle') / Math.max(1, total('all')) });
    last = now;
  }, 500);
  return {
    stop: () => {
      clearInterval(timer);
      return samples;
    },
  };
}

function print(results) {
  const cpus = os.cpus();
  console.log(
    `node ${process.version}, ${cpus.length} x ${cpus[0]?.model}, ${os.type()} ${os.release()}; ${CONNECTIONS} connections, ${SECONDS} s, medians of ${ROUNDS}\n`,
  );
  console.log(
    '| | orders/s, one of each | three of each | efficiency | p50 ms, one | three | p95 ms, one | three | p99 ms, one | three | errors, one | three | processors busy, one | three |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|---|');
  console.log(
    '| promised (4 cores, 8 GB) | 1,200 | 3,240 | 90 % | 15 | 18 | 45 | 52 | 120 | 135 | 0.01 % | 0.01 % | | |',
  );
  for (const { name } of MODES) {
    const [one, three] = [1, 3].map((replicas) => summary(results.get(`${name} ${replicas}`)));
    const pairs = PERCENTILES.flatMap((_, i) => [one.latencies[i].toFixed(0), three.latencies[i].toFixed(0)]);
    const efficiency = `${((100 * three.rate) / (3 * one.rate)).toFixed(0)} %`;
    const rates = [one.rate, three.rate].map((rate) => Math.round(rate).toLocaleString('en'));
    const shares = [one.errors, three.errors].map((share) => `${(100 * share).toFixed(2)} %`);
    const busy = [one.busy, three.busy].map((share) => `${(100 * share).toFixed(0)} %`);
    console.log(`| ${[name, ...rates, efficiency, ...pairs, ...shares, ...busy].join(' | ')} |`);
  }
}

/** Medians over the rounds. */
function summary(rounds) {
  const of = (figure) => median(rounds.map(figure));
  return {
    rate: of((one) => one.rate),
    latencies: PERCENTILES.map((_, i) => of((one) => one.latencies[i])),
    errors: of((one) => one.errors),
    busy: of((one) => one.busy),
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
