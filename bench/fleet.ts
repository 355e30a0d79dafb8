/*
 * How many runs a queue of three servers carries: simulated runs, each a sleep of a declared length in place of a cluster, and many
 * workers, some of which die in the middle; one server of the queue is killed too.
 *
 *   npm run bench:fleet -- [runs] [workers] [milliseconds of each run]
 */
import { setMaxListeners } from 'node:events';
import { needsOf } from '../src/fleet/needs.ts';
import type { RunRequest } from '../src/fleet/run-request.ts';
import { ensureAssets } from '../src/nats/queue/assets.ts';
import { Queue } from '../src/nats/queue/queue.ts';
import { sleep, until } from '../src/support/deadline.ts';
import type { CarryOut } from '../src/cli/worker/carried.ts';
import { Worker } from '../src/cli/worker/worker.ts';
import { insist } from '../src/cli/fleet/insist.ts';
import { startNatsCluster } from '../test/support/nats-cluster.ts';

const [runs = 10_000, workers = 200, runMs = 1_000] = process.argv.slice(2).map(Number);
/** Workers that lose their connection for ever, as a machine that dies does. */
const DYING = Math.ceil(workers / 20);
const SUITE = 'be9cbe9c';
const PUBLISHED_AT_ONCE = 200;

const cluster = await startNatsCluster();
const asker = await Queue.open({ servers: cluster.addresses }, 'bench');
await ensureAssets(asker);
const plain = {
  driver: 'process',
  capabilities: ['processes'],
  nats: ['2.12.3'],
  programs: [],
  alone: false,
};
const hashes = await Promise.all(
  [1, 4].map(async (nodes) => {
    const hash = await asker.control.addNeeds(needsOf({ ...plain, nodes }));
    await asker.runs.ensureConsumer(hash);
    return hash;
  }),
);

const carriedOut = new Map<string, number>();
const carryOut: CarryOut = async (request, { signal }) => {
  await sleep(request.timeoutMs, signal).catch(() => undefined);
  if (signal.aborted) return { outcome: 'interrupted' };
  carriedOut.set(request.run, (carriedOut.get(request.run) ?? 0) + 1);
  return { outcome: 'ended', result: { timedOut: false, how: 'exit code 0', complaints: [], left: [] } };
};
const offer = () => ({
  drivers: { process: ['processes'] },
  ...{ anyVersion: true, builds: true, versions: [], binaries: [], commands: false, programs: [], cores: 4 },
});

const began = performance.now();
const seconds = (since: number): number => (performance.now() - since) / 1_000;
const stopping = new AbortController();
setMaxListeners(0, stopping.signal);
const fleet: { queue: Queue; ends: Promise<unknown> }[] = [];
for (let i = 0; i < workers; i += 20) {
  const some = Array.from({ length: Math.min(20, workers - i) }, async (_, j) => {
    const queue = await Queue.open({ servers: cluster.addresses }, `worker ${i + j}`);
    const options = { queue, id: `w${i + j}`, version: '0', slots: 1, offer, carryOut, say: () => undefined };
    fleet.push({ queue, ends: new Worker({ ...options, signal: stopping.signal }).run() });
  });
  await Promise.all(some);
}
console.log(`${workers} workers are connected after ${seconds(began).toFixed(1)} s`);

const results = new Map<string, number>();
const watch = new AbortController();
const watching = asker.states.watchResults(SUITE, watch.signal, (run, { value }) => {
  if (value !== null) results.set(run, (results.get(run) ?? 0) + 1);
});

const asked = performance.now();
const submitAll = async (): Promise<void> => {
  let next = 0;
  const submit = async (): Promise<void> => {
    for (let i = next++; i < runs; i = next++)
      await insist(() => asker.runs.submit(requestOf(i), hashes[i % hashes.length] ?? '').then(() => true));
  };
  await Promise.all(Array.from({ length: PUBLISHED_AT_ONCE }, submit));
};
await submitAll();
console.log(
  `${runs} runs were queued in ${seconds(asked).toFixed(1)} s (${(runs / seconds(asked)).toFixed(0)} a second)`,
);

const at = async (share: number, what: string, act: () => Promise<unknown>): Promise<void> => {
  await until(() => Promise.resolve(results.size >= runs * share), {
    timeoutMs: 1_800_000,
    everyMs: 100,
    what,
  });
  await act();
  console.log(`${what} after ${seconds(asked).toFixed(1)} s, with ${results.size} results`);
};
await at(0.25, 'a quarter is done', () => Promise.resolve());
const quarter = { at: performance.now(), done: results.size };
await at(0.5, 'a half is done', () => Promise.resolve());
const half = { at: performance.now(), done: results.size };
await at(0.55, `${DYING} workers lose their connections`, () =>
  Promise.all(fleet.slice(0, DYING).map(({ queue }) => queue.close())),
);
await at(0.65, 'one server of the queue is killed', () => cluster.kill(2));
await at(1, 'everything has a result', () => Promise.resolve());
const wall = seconds(asked);
stopping.abort('SIGTERM');
await Promise.all(fleet.slice(DYING).map(({ ends }) => ends));
await sleep(1_000);
watch.abort();
await watching;

const rate = ((half.done - quarter.done) / (half.at - quarter.at)) * 1_000;
const perRunMs = workers / (rate / 1_000) - runMs;
const kept = await asker.states.results(SUITE);
const waiting = await asker.runs.waiting(hashes);
console.log(`
${runs} runs of ${runMs} ms by ${workers} workers: ${wall.toFixed(1)} s, with losses and elections
undisturbed, between a quarter and a half: ${rate.toFixed(0)} runs a second; ${perRunMs.toFixed(0)} ms of each worker's time beside each run
reported: ${results.size}, more than once: ${[...results.values()].filter((n) => n > 1).length}, kept: ${kept.length}
carried out more than once: ${[...carriedOut.values()].filter((n) => n > 1).length}
left on the queue: ${waiting.reduce((sum, { pending, underWay }) => sum + pending + underWay, 0)}`);
await asker.close();
await cluster.dispose();
process.exit();

function requestOf(i: number): RunRequest {
  return {
    schemaVersion: 1,
    suite: SUITE,
    run: `run-${i}`,
    asker: 'bench',
    experiment: { name: 'a sleep', path: 'experiments/none.yaml', digest: '0'.repeat(16) },
    seed: i,
    timeoutMs: runMs,
  };
}
