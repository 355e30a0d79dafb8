import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NightlyRun } from '../../src/nightly/nightly-run.ts';
import { until } from '../../src/support/deadline.ts';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';

const NATS = process.env.CHAOS_TEST_NATS ?? '2.12';

let bench: Workbench;
let nightlyRuns: string;
let listener: Server;
let webhook: string;
let answer: number;
let posts: Record<string, unknown>[];
const running: ChildProcess[] = [];

beforeEach(async () => {
  [answer, posts] = [200, []];
  bench = new Workbench();
  bench.environment((await smallEnvironment()).file);
  nightlyRuns = join(bench.folder, 'nights');
  listener = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += String(chunk)));
    request.on('end', () => {
      posts.push(JSON.parse(body) as Record<string, unknown>);
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  webhook = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/secret-token`;
});
afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGTERM');
  listener.close();
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

/** `chaos nightly` with the small experiment, and what it has said once it has ended. */
function nightly(...args: string[]): Promise<{ code: number | null; said: string }> {
  const file = join(bench.folder, 'experiments', 'small.yaml');
  const command = ['nightly', file, '--nats', NATS, '--out', nightlyRuns, '--webhook', webhook, ...args];
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...command], {
    env: {
      ...process.env,
      TMPDIR: bench.temp,
      NO_COLOR: '1',
      GITHUB_STEP_SUMMARY: join(bench.folder, 'step.md'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  return new Promise((done) => child.once('close', (code) => done({ code, said })));
}

const names = (): string[] => readdirSync(nightlyRuns).filter((name) => /^\d/.test(name));
const nightlyRunOf = (name: string): NightlyRun =>
  JSON.parse(readFileSync(join(nightlyRuns, name, 'night.json'), 'utf8')) as NightlyRun;

it('holds nights against the last good one, tells of a regression, and keeps what it must', async () => {
  bench.experiment(smallExperiment());
  const first = nightly();
  await until(() => Promise.resolve(existsSync(join(nightlyRuns, 'nightly.lock'))), {
    timeoutMs: 30_000,
    what: 'the lock',
  });
  const beside = await nightly();
  expect(beside).toMatchObject({ code: 3, said: expect.stringContaining('is going on already') as string });
  const good = await first;
  expect(good.code, good.said).toBe(0);
  expect(good.said).toContain('there is no good nightly run yet to compare it with');
  const [one] = names();
  expect(nightlyRunOf(one!)).toMatchObject({ verdict: 'pass', cells: [{ good: true, asked: [NATS] }] });
  expect(posts).toEqual([]);
  expect(existsSync(join(nightlyRuns, 'nightly.lock'))).toBe(false);

  bench.experiment(
    smallExperiment({
      method: [
        {
          phase: 'work',
          until: [{ kind: 'workload-progress', workload: 'worker', equals: 100 }],
          within: '30s',
          expect: [{ kind: 'stream-messages', stream: 'c/s', equals: 77 }],
        },
      ],
    }),
  );
  const note = join(bench.folder, 'note.json');
  const junit = join(bench.folder, 'results', 'junit.xml');
  const bad = await nightly(
    ...['--junit', junit, '--on-regression'],
    `cat > '${note}'; echo "$NATS_CHAOS_VERDICT" >> '${note}'`,
  );
  expect(bad.code, bad.said).toBe(1);
  expect(bad.said).toMatch(new RegExp(`regression: small on .*new in .*\\n.*compared with ${one!}`));
  const two = names().at(-1)!;
  expect(nightlyRunOf(two)).toMatchObject({
    verdict: 'fail',
    cells: [{ good: false, baseline: one }],
    complaints: [],
  });
  expect(existsSync(join(nightlyRuns, two, nightlyRunOf(two).cells[0]!.comparison!))).toBe(true);
  expect(posts).toEqual([expect.objectContaining({ night: two, verdict: 'fail', exitCode: 1 })]);
  expect(readFileSync(junit, 'utf8')).toContain('<failure type="regression" message="new in ');
  const summary = readFileSync(join(bench.folder, 'step.md'), 'utf8');
  expect(summary.match(/^## .*/gm)).toEqual([
    `## ✔ PASS: nightly run ${one!}`,
    `## ✘ FAIL: nightly run ${two}`,
  ]);
  const [message, verdict] = readFileSync(note, 'utf8').trim().split('\n');
  expect([JSON.parse(message!), verdict]).toEqual([posts[0], 'fail']);
  const index = readFileSync(join(nightlyRuns, 'index.html'), 'utf8');
  for (const name of [one!, two]) expect(index).toContain(`href="${name}/matrix.html"`);

  bench.experiment(smallExperiment());
  answer = 500;
  const options = ['--repeat', '2', '--jobs', '1', '--budget', '1s', '--keep', '1', '--keep-failures', '1s'];
  const short = await nightly(...options);
  expect(short.code, short.said).toBe(2);
  expect(short.said).toMatch(/not run: small on .*, run 2/);
  expect(short.said).toContain('answered 500');
  expect(short.said).not.toContain('secret-token');
  expect(short.said).toContain(`deleted: ${two}`);
  const [kept, three, ...more] = names();
  expect([kept, more]).toEqual([one, []]);
  expect(nightlyRunOf(three!)).toMatchObject({ verdict: 'inconclusive', complaints: [expect.any(String)] });
});

it('closes a night whose process was killed, with the runs that came to their end without it', async () => {
  bench.experiment(smallExperiment());
  const killed = nightly();
  const going = (): string[] =>
    names().flatMap((name) =>
      readdirSync(join(nightlyRuns, name, 'runs')).filter((run) => run.startsWith('.running-')),
    );
  const onceThere = async (there: boolean): Promise<void> => {
    await until(() => Promise.resolve(existsSync(nightlyRuns) && going().length > 0 === there), {
      timeoutMs: 60_000,
      what: there ? 'the run' : 'its end',
    });
  };
  await onceThere(true);
  running.at(-1)!.kill('SIGKILL');
  await killed;
  const refused = await nightly();
  expect(refused).toMatchObject({ code: 3, said: expect.stringContaining('still going on') as string });
  expect(posts).toEqual([expect.objectContaining({ verdict: 'error' })]);
  await onceThere(false);

  const next = await nightly();
  expect(next.code, next.said).toBe(0);
  const [dead, closed] = names();
  expect(next.said).toContain(`nightly run ${dead!} had died`);
  expect(next.said).toContain(`compared with ${dead!}`);
  expect(nightlyRunOf(dead!)).toMatchObject({ verdict: 'pass', notRun: [] });
  expect(nightlyRunOf(closed!).cells[0]!.baseline).toBe(dead);
});
