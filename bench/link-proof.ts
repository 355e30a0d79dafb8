// How long each fault on links takes from its injection to its proof, and its removal to the proof of that, on two
// zones of three nodes; with `gateways` as second argument, on two clusters that gateways join. Needs the servers alone;
// prints a Markdown table.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessDriver } from '../src/drivers/process/process-driver.ts';
import { faults } from '../src/faults/index.ts';
import { systemClock } from '../src/support/clock.ts';
import { until } from '../src/support/deadline.ts';
import { newRunId } from '../src/support/ids.ts';
import { seededRandom } from '../src/support/random.ts';
import { FAULT_CASES } from '../test/conformance/fault-cases.ts';
import { GATEWAY_CASES } from '../test/conformance/gateway-cases.ts';
import { dualMirrorSpec } from '../test/support/dual-mirror-spec.ts';
import { superClusterSpec } from '../test/support/super-cluster-spec.ts';

const ROUNDS = Number(process.argv[2] ?? 6);
const GATEWAYS = process.argv[3] === 'gateways';
const LIMIT_MS = 30_000;

const logFolder = mkdtempSync(join(tmpdir(), 'link-proof-'));
const signal = new AbortController().signal;
const driver = new ProcessDriver({
  runId: newRunId(),
  logFolder,
  clock: systemClock,
  signal,
  freePorts: true,
  progress: () => undefined,
  journal: () => undefined,
});
try {
  const from = performance.now();
  await driver.start(GATEWAYS ? superClusterSpec() : dualMirrorSpec());
  console.log(`ready after ${Math.round(performance.now() - from)} ms\n`);
  console.log(`${ROUNDS} rounds, ms\n`);
  console.log('| fault | links | in force: p50 | p99 | worst | removed: p50 | worst |');
  console.log('|---|---|---|---|---|---|---|');
  for (const fault of faults.filter((fault) => fault.mayTouch !== undefined)) {
    for (const options of casesOf(fault.kind)) {
      const rounds = [];
      for (let round = 1; round <= ROUNDS; round += 1) rounds.push(await measure(fault, options));
      const forces = rounds.map(({ inForceMs }) => inForceMs);
      const removals = rounds.map(({ removedMs }) => removedMs);
      const figures = [quantile(forces, 0.5), quantile(forces, 0.99), quantile(forces, 1)];
      const row = [rounds[0]?.links, ...figures, quantile(removals, 0.5), quantile(removals, 1)];
      console.log(`| ${fault.title({ jitter: 0, ...options })} | ${row.join(' | ')} |`);
    }
  }
} finally {
  await driver.dispose();
  rmSync(logFolder, { recursive: true });
}

/** One case of each fault, and of partitions each way to cut. */
function casesOf(kind: string): Record<string, unknown>[] {
  if (GATEWAYS) return GATEWAY_CASES.filter(([of]) => of === kind).map(([, options]) => options);
  const cases = FAULT_CASES[kind] ?? [];
  const ways = cases.map(({ mode, direction }) => `${String(mode)} ${String(direction)}`);
  return kind === 'partition'
    ? cases.filter((_, at) => ways.indexOf(ways[at] ?? '') === at)
    : cases.slice(0, 1);
}

async function measure(fault: (typeof faults)[number], options: Record<string, unknown>) {
  const ctx = {
    driver,
    nodes: driver.nodes(),
    links: driver.links(),
    observer: driver.observer(),
    random: seededRandom(7),
    signal,
    fault: `${fault.kind}#1`,
  };
  const target = await fault.resolve(ctx, options);
  const before = await fault.observe(ctx, target, options);
  const proven = (judge: 'inForce' | 'removed') =>
    until(async () => fault[judge](before, await fault.observe(ctx, target, options), options).proven, {
      timeoutMs: LIMIT_MS,
      everyMs: 10,
      what: `${fault.kind} ${judge}`,
    });
  const injectedAt = performance.now();
  await fault.inject(ctx, target, options);
  await proven('inForce');
  const inForceMs = performance.now() - injectedAt;
  const undoneAt = performance.now();
  for (const record of fault.undo(target, options, { driver: driver.kind, fault: ctx.fault })) {
    await driver.replay(record);
  }
  await proven('removed');
  const removedMs = performance.now() - undoneAt;
  await until(async () => (await driver.missing()).length === 0, {
    timeoutMs: LIMIT_MS,
    what: 'all links to be up again',
  });
  return { links: target.links.length, inForceMs, removedMs };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN);
}
