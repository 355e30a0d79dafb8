/**
 * Kills the runner with -9 at random moments of a run with several faults, and looks whether its guardian leaves
 * anything behind: `node bench/kill-nine.mjs [kills] [seed] [--power]`, after `npm run build`. With `--power` (root, with
 * xfsprogs) the faults are those on stores with filesystems of their own; mounts and loop devices then count as well.
 */
import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = resolve(import.meta.dirname, '../dist/cli/main.js');
const REMOVED_WITHIN_MS = 2_000;
const GIVE_UP_MS = 15_000;
/** A run that takes longer has built the servers first, which later runs do not. */
const WITHOUT_BUILDING_MS = 30_000;

const args = process.argv.slice(2);
const power = args.includes('--power');
const [kills = 50, seed = 1] = args.filter((arg) => arg !== '--power').map(Number);
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-kill-nine-'));
const temp = join(folder, 'tmp');
const random = generator(seed);

for (const name of ['tmp', 'environments']) mkdirSync(join(folder, name));
writeFileSync(join(folder, 'environments/three.yaml'), JSON.stringify(environment()));
writeFileSync(join(folder, 'faults.yaml'), JSON.stringify(experiment()));

try {
  const firstMs = await wholeRun();
  const wholeMs = firstMs > WITHOUT_BUILDING_MS ? await wholeRun() : firstMs;
  console.log(`${kills} kills, seed ${seed}, of a run that takes ${Math.round(wholeMs)} ms`);
  const results = [];
  for (let i = 1; i <= kills; i += 1) results.push(await killOnce(i, random() * wholeMs));
  summarize(results);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** How long the run takes when nobody kills it. */
async function wholeRun() {
  const from = performance.now();
  const { child, ended } = start();
  const code = await ended;
  // Whatever the verdict: it must only have gone all the way.
  if (code > 2) throw new Error(`the run itself ends with ${code} in process ${child.pid}`);
  return performance.now() - from;
}

async function killOnce(number, afterMs) {
  const { child, ended, timeline } = start();
  await Promise.race([sleep(afterMs), ended]);
  const alive = child.exitCode === null;
  const running = look().length;
  child.kill('SIGKILL');
  const from = performance.now();
  while (look().length > 0 && performance.now() - from < GIVE_UP_MS) await sleep(10);
  const removedMs = Math.round(performance.now() - from);
  await ended;
  // The guardian writes the end of its journal after it has undone everything; its folder is not ours until then.
  while (processesIn(folder).length > 0 && performance.now() - from < GIVE_UP_MS) await sleep(10);
  const left = [...new Set([...look(), ...processesIn(folder)])];
  const verdict = left.length > 0 ? 'NOT CLEAN' : removedMs <= REMOVED_WITHIN_MS ? 'clean' : 'slow';
  const when = alive ? `killed at ${String(Math.round(afterMs)).padStart(6)} ms` : 'had ended by itself';
  console.log(
    `${String(number).padStart(3)}  ${when}  ${String(running).padStart(2)} things there  ` +
      `gone after ${String(removedMs).padStart(5)} ms  ${verdict}  ${[...left, timeline() ?? ''].join('; ')}`,
  );
  return { clean: left.length === 0, killed: alive, running, removedMs };
}

function summarize(all) {
  const killed = all.filter((one) => one.killed && one.running > 0);
  const times = killed.map((one) => one.removedMs).sort((a, b) => a - b);
  const clean = all.filter((one) => one.clean).length;
  const quick = all.filter((one) => one.clean && one.removedMs <= REMOVED_WITHIN_MS).length;
  console.log(
    `${clean} of ${all.length} left nothing behind, ${quick} of them within ${REMOVED_WITHIN_MS} ms; ${killed.length} had something to undo: ` +
      `median ${times[Math.floor(times.length / 2)] ?? '-'} ms, slowest ${times.at(-1) ?? '-'} ms`,
  );
  // Kills that came after the end of their runs show nothing.
  if (clean < all.length || killed.length === 0) process.exitCode = 1;
}

function start() {
  const args = ['run', join(folder, 'faults.yaml'), '--out', join(folder, 'reports'), '--json'];
  const env = { ...process.env, TMPDIR: temp };
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let last;
  child.stdout.on('data', (chunk) => {
    for (const [, text] of chunk.toString().matchAll(/"type":"line".*"text":"([^"]*)"/g)) last = text;
  });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, ended, timeline: () => last };
}

/** What is there: processes that name a file below the temporary folder, what is in that, and what is mounted there. */
function look() {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${temp}/`))
    .map((point) => `mount ${point}`);
  return [...processesIn(temp), ...mounts, ...loops(), ...readdirSync(temp).map((name) => `folder ${name}`)];
}

/** Processes that name a file below a folder. */
function processesIn(path) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandLine(name).some((arg) => arg.startsWith(`${path}/`)))
    .map((pid) => `process ${pid}`);
}

function loops() {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop') && backingFile(name).startsWith(`${temp}/`))
    .map((name) => `device ${name}`);
}

function backingFile(name) {
  try {
    return readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8');
  } catch {
    return '';
  }
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function environment() {
  return {
    name: 'three',
    title: 'One cluster of three',
    nats: process.env.CHAOS_TEST_NATS ?? '2.12',
    // Nothing that was acknowledged is lost then, so that the run goes on after a loss of power.
    clusters: {
      c: { nodes: ['n1', 'n2', 'n3'], ...(power ? { jetstream: { syncInterval: 'always' } } : {}) },
    },
    streams: { 'c/s': { subjects: ['s.>'], replicas: 3 } },
    // What a struck node had delivered comes again soon, and the drain waits for it.
    consumers: { 'c/s/worker': { ackWait: '5s' } },
  };
}

function experiment() {
  const between = ['c/n1', ['c/n2', 'c/n3']];
  return {
    name: 'faults',
    title: 'Several faults, some at once, lose nothing',
    environment: 'three',
    workloads: {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    steadyState: [{ kind: 'server-healthy', servers: 'c', equals: 3, within: '30s' }],
    ...(power ? { maxNodesDown: 3 } : {}),
    method: power ? powerMethod() : method(between),
    checks: [{ kind: 'no-loss', published: 'publisher', received: ['worker'] }],
  };
}

function powerMethod() {
  return [
    { phase: 'one', faults: [{ kind: 'power-failure', nodes: 'c/s@leader' }], for: '500ms' },
    { phase: 'back', until: 'steady', within: '60s' },
    { phase: 'all', faults: [{ kind: 'power-failure', nodes: 'c@all' }], for: '500ms' },
    { phase: 'end', for: '1s' },
  ];
}

function method(between) {
  return [
    {
      phase: 'slow',
      faults: [{ kind: 'latency', between: ['clients', 'c'], latency: '50ms', keep: true }],
      for: '500ms',
    },
    { phase: 'cut', faults: [{ kind: 'partition', between }], for: '1s' },
    { phase: 'down', faults: [{ kind: 'kill', nodes: 'c/s@leader' }], for: '1s' },
    { phase: 'frozen', faults: [{ kind: 'pause', nodes: 'c/s@follower' }], for: '1s' },
    { phase: 'back', until: 'steady', within: '60s' },
  ];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(from) {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
