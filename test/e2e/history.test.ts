import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHistory } from '../../src/history/read-folder.ts';
import { until } from '../../src/support/deadline.ts';
import { commandsOf } from '../support/page-commands.ts';
import { HISTORY_READERS, Python } from '../support/python.ts';
import { isLeftOut } from '../support/surroundings/left-out.ts';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';

const PAGE = readFileSync('docs/history.md', 'utf8');

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  const { file } = await smallEnvironment({
    clusters: { qa1a: { nodes: ['n1', 'n2', 'n3'] } },
    streams: { 'qa1a/qa': { subjects: ['s.>'], replicas: 3 } },
    consumers: { 'qa1a/qa/worker': { ackWait: '30s' } },
    buckets: { 'qa1a/registers': { replicas: 3 } },
  });
  bench.environment(file);
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

const experiment = (over: Record<string, unknown>): string =>
  bench.experiment(
    smallExperiment({
      steadyState: [{ kind: 'server-healthy', servers: 'qa1a', equals: 3, within: '20s' }],
      checks: [
        { kind: 'no-loss', published: 'publish', received: ['consume'] },
        { kind: 'no-duplicates', received: ['consume'] },
        { kind: 'ordered', received: ['consume'] },
      ],
      ...over,
    }),
  );
const consume = { kind: 'consume', consumer: 'qa1a/qa/worker' };

/** What a user who types it in the folder of the test gets. */
function chaos(...args: string[]): { code: number | null; out: string; err: string } {
  const command = [resolve('dist/cli/main.js'), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: bench.folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

it('the history of a run answers what the page asks it, to the program and to Python', async () => {
  const publish = { kind: 'publish', stream: 'qa1a/qa', subject: 's.x', count: 100, interval: '5ms' };
  const method = [
    {
      phase: 'work',
      until: [{ kind: 'workload-progress', workload: 'consume', equals: 100 }],
      within: '30s',
    },
  ];
  const registers = { kind: 'kv', bucket: 'qa1a/registers', keys: 'k.{1..5}', count: 50 };
  const workloads = { publish, consume, registers };
  const { report, folder } = await bench.run(experiment({ workloads, method })).ends();
  expect([report.verdict, report.reasons]).toEqual(['pass', []]);
  const commands = commandsOf(PAGE);
  expect(commands.length).toBeGreaterThanOrEqual(5);
  for (const { command } of commands) {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
    const { code, err } = chaos(...words.slice(1));
    expect([code, err], command).toEqual([0, expect.stringMatching(/^(no operation is like that\n)?$/)]);
  }
  const { out } = chaos('history', 'latest', '--around', '47');
  expect(out).toMatch(/^message publish\/47$/m);
  expect(out).toMatch(/published +qa1a\/qa by publish +47 +ok/);
  expect(out).toMatch(/stored +qa1a\/qa +47 /);
  expect(out).toMatch(/delivered +to consume from qa1a\/qa +47 +ok/);
  expect(chaos('check', 'latest').out).toMatch(/^the report says the same$/m);
  if (isLeftOut('python')) return;
  const python = new Python(HISTORY_READERS);
  const programs = [...PAGE.matchAll(/^```python\n([^]*?)^```/gm)].map(([, text = '']) => text);
  const said = programs.map((program) => python.run(program, folder));
  expect(said[0]).toMatch(/^100 messages, 100 acknowledged, the last at /);
  expect(said[1]).toMatch(/100 messages stored, 100 different ones/);
});

it('kill -9 leaves a history that can be read up to the last flush, and proves nothing', async () => {
  const publish = { kind: 'publish', stream: 'qa1a/qa', subject: 's.x', rate: '200/s' };
  const method = [{ phase: 'work', for: '5m' }];
  const run = bench.run(experiment({ name: 'killed', workloads: { publish, consume }, method }));
  const reports = join(bench.folder, 'reports');
  let [folder, flushed] = ['', 0];
  await until(
    async () => {
      const [name] = readdirSync(reports).filter((one) => one.startsWith('.running-'));
      folder = join(reports, name ?? '');
      flushed = (await numbersIn(folder)).length;
      return flushed >= 400;
    },
    { timeoutMs: 90_000, what: 'some flushes of the history' },
  );
  run.child.kill('SIGKILL');
  // Until the guardian has taken everything down, too.
  expect(await bench.leftovers()).toEqual([]);

  const numbers = await numbersIn(folder);
  expect(numbers.length).toBeGreaterThanOrEqual(flushed);
  // None is missing among those before the last: a few in flight may have been overtaken.
  const highest = Math.max(...numbers);
  expect(numbers.filter((n, at) => numbers.indexOf(n) !== at)).toEqual([]);
  expect(highest - numbers.length).toBeLessThan(256);

  const shown = chaos('history', folder, '--json', '--workload', 'publish');
  expect(shown.code, shown.err).toBe(0);
  expect(shown.out.trimEnd().split('\n')).toHaveLength(numbers.length);
  const around = chaos('history', folder, '--around', 'publish/100');
  expect(around.out, around.err).toMatch(/published +qa1a\/qa by publish +\d+ +ok/);
  expect(around.out).toMatch(/not stored +qa1a\/qa +the stream was not read back/);
  const checked = chaos('check', folder);
  expect(checked.code, checked.err).toBe(2);
  expect(checked.out).toMatch(/^\? inconclusive {2}no-loss publish/m);
  expect(checked.out).toMatch(/the run has no report: it was killed/);
  expect(chaos('history', folder, '--parquet').code).toBe(0);
  if (isLeftOut('python')) return;
  const [program = ''] = [...PAGE.matchAll(/^```python\n([^]*?)^```/gm)].map(([, text = '']) => text);
  expect(new Python(HISTORY_READERS).run(program, folder)).toMatch(
    new RegExp(`^${numbers.length} messages, `),
  );
});

/** Of the messages that the history in a folder says were published. */
async function numbersIn(folder: string): Promise<number[]> {
  const history = await readHistory(folder, '', {});
  const numbers: number[] = [];
  for (const { n, length } of history.publishes('publish')) numbers.push(...n.subarray(0, length));
  return numbers;
}
