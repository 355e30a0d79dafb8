import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';

/** What must come out nowhere. It stands under `secrets`, and is used elsewhere by its plain variable. */
const CANARY = 'kanarienvogel-7';

let bench: Workbench;
let listener: Server;
let address: string;
/** Everything that anybody was sent. */
let sent: { url: string; body: string }[];

beforeEach(async () => {
  sent = [];
  bench = new Workbench();
  listener = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      sent.push({ url: request.url ?? '', body: String(body) });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const { file } = await smallEnvironment({
    title: 'One cluster with ${CANARY}',
    secrets: { APP: '${CANARY}' },
    accounts: {
      APP: { jetstream: true, users: { app: { password: '${secrets.APP}' } } },
      SYS: { system: true, users: { sys: { password: 'sys' } } },
    },
  });
  bench.environment(file);
  bench.environment({ ...file, name: 'broken', nats: '/no/such/${CANARY}' });
  const experiment = smallExperiment({
    title: 'A title with ${CANARY}',
    workloads: {
      // For so long that the metrics, which name the phase only while it goes on, are made in the middle of it.
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.${CANARY}', count: 100, interval: '40ms' },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    method: [
      {
        phase: 'a phase with ${CANARY}',
        until: [{ kind: 'workload-progress', workload: 'worker', equals: 100 }],
        within: '30s',
        // Fails, so that there is something to complain about.
        expect: [{ kind: 'stream-messages', stream: 'c/s', max: 7 }],
      },
    ],
  });
  bench.experiment(experiment);
  bench.experiment({ ...experiment, name: 'broken', environment: 'broken' });
  const astray = { kind: 'publish', stream: 'c/${CANARY}', subject: 's.x', rate: '1/s' };
  bench.experiment({ ...experiment, name: 'wrong', workloads: { astray } });
});
afterEach(async () => {
  listener.close();
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

function chaos(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  onStderr?: (text: string) => void,
): Promise<Said> {
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...args], {
    cwd: bench.folder,
    env: { ...process.env, TMPDIR: bench.temp, NO_COLOR: '1', CANARY, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Said = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += String(chunk);
    onStderr?.(said.stderr);
  });
  return new Promise((done) => child.once('close', (code) => done({ ...said, code })));
}

/** Every file below a folder, and what is in it. */
function filesOf(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'utf8')]);
}

/** @param masked which of them must speak of it with its mask, so that the test cannot pass by silence */
function hidesCanary(texts: readonly (readonly [string, string])[], masked: readonly RegExp[]): void {
  const naming = (word: string): string[] =>
    texts.filter(([, text]) => text.includes(word)).map(([name]) => name);
  expect(naming(CANARY)).toEqual([]);
  const names = naming('***');
  for (const one of masked)
    expect(names, texts.map(([name, text]) => `${name}: ${text.slice(0, 200)}`).join('\n')).toContainEqual(
      expect.stringMatching(one),
    );
}

it('a run says no secret: in its folder, its other forms, its metrics, at a collector, or on GitHub', async () => {
  const at = (name: string): string => join(bench.folder, 'forms', name);
  let metrics = '';
  let scraping: Promise<void> | undefined;
  const scrape = async (url: string): Promise<void> => {
    for (;;) {
      const text = await fetch(url)
        .then((response) => response.text())
        .catch(() => null);
      if (text === null) return;
      metrics += text;
      await new Promise((done) => setTimeout(done, 200));
    }
  };
  const said = await chaos(
    [
      ...['run', 'experiments/small.yaml', '--out', 'reports', '--metrics-port', '0'],
      ...['--junit', at('junit.xml'), '--markdown', at('summary.md'), '--events', at('events.ndjson')],
    ],
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: address,
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(bench.folder, 'forms', 'step.md'),
    },
    (stderr) => {
      const url = /^metrics: (\S+)$/m.exec(stderr)?.[1];
      if (url !== undefined) scraping ??= scrape(url);
    },
  );
  await scraping;
  expect([said.code, said.stderr]).toEqual([1, expect.stringContaining('::error')]);
  const files = [...filesOf(join(bench.folder, 'reports')), ...filesOf(join(bench.folder, 'forms'))];
  const names = files.map(([path]) => path).join('\n');
  for (const name of [
    'report.json',
    'report.html',
    'history',
    'journal',
    'runner.log',
    'n1.log',
    'events',
    'junit',
    'step',
  ])
    expect(names).toContain(name);
  expect(metrics).toContain('nats_chaos');
  expect(sent.length).toBeGreaterThan(0);
  hidesCanary(
    [
      ...files,
      ['stdout', said.stdout],
      ['stderr', said.stderr],
      ['metrics', metrics],
      ...sent.map(({ url, body }) => [url, body] as const),
    ],
    [
      ...[
        /history\/events\.ndjson$/,
        /report\.json$/,
        /report\.html$/,
        /runner\.log$/,
        /forms\/events\.ndjson$/,
        /junit\.xml$/,
      ],
      ...[/^stdout$/, /^stderr$/, /^metrics$/, /^\/v1\/metrics$/, /^\/v1\/traces$/],
    ],
  );
  // What is made of the saved run later knows the secret no more than the run's reader does.
  for (const args of [
    ['report', 'latest'],
    ['report', 'latest', '--annotations', '-'],
    ['compare', 'latest', '--json'],
  ]) {
    const { stdout, stderr } = await chaos(args);
    hidesCanary([[args.join(' '), stdout + stderr]], args[0] === 'report' ? [/^report/] : []);
  }
});

it('a night says no secret: on its pages, to its webhook, or to the command that is told', async () => {
  const forms = ['--junit', 'forms/junit.xml', '--markdown', 'forms/summary.md'];
  const said = await chaos([
    ...['nightly', 'experiments/small.yaml', 'experiments/broken.yaml', '--out', 'nights', ...forms],
    ...['--webhook', `${address}/hook`, '--on-regression', 'cat > forms/told.json'],
  ]);
  expect(said.code).toBe(3);
  expect(sent.map(({ url }) => url)).toEqual(['/hook']);
  const files = [...filesOf(join(bench.folder, 'nights')), ...filesOf(join(bench.folder, 'forms'))];
  expect(files.map(([path]) => path).join('\n')).toMatch(/matrix\.json[\s\S]*told\.json/);
  hidesCanary(
    [...files, ['stdout', said.stdout], ['stderr', said.stderr], ['webhook', sent[0]!.body]],
    [/matrix\.json$/, /night\.json$/, /index\.html$/, /report\.json$/, /junit\.xml$/, /^stdout$/, /^stderr$/],
  );
});

it('no other command says one, with problems and errors in particular', async () => {
  const commands = [
    ['plan', 'experiments/small.yaml'],
    ['plan', 'experiments/small.yaml', '--json'],
    ['validate', 'experiments', 'environments'],
    ['validate', 'experiments', '--json'],
    ['list'],
    ['list', 'experiments', '--json'],
    ['run', 'experiments/wrong.yaml'],
    ['run', 'experiments/broken.yaml', '--out', 'reports'],
    ['run', 'experiments/broken.yaml', '--out', 'reports', '--json'],
    ['run', 'experiments/broken.yaml', '--out', 'reports', '--quiet'],
    ['matrix', 'experiments/broken.yaml', '--out', 'matrices', '--json'],
  ];
  for (const args of commands) {
    const { stdout, stderr } = await chaos(args);
    hidesCanary([[args.join(' '), stdout + stderr]], [/./]);
  }
  hidesCanary(
    [...filesOf(join(bench.folder, 'reports')), ...filesOf(join(bench.folder, 'matrices'))],
    [/reports\/.*report\.json$/, /runner\.log$/, /matrix\.json$/, /matrix\.html$/],
  );
});

it('a key that is made for the run lets its user in, and is written down nowhere', async () => {
  const { file } = await smallEnvironment({
    accounts: {
      APP: { jetstream: true, users: { app: { nkey: 'generated' }, reader: { nkey: 'generated' } } },
      SYS: { system: true, users: { sys: { nkey: 'generated' } } },
    },
  });
  bench.environment({ ...file, name: 'signed' });
  const experiment = smallExperiment({ environment: 'signed' });
  const { worker } = experiment.workloads as Record<string, object>;
  const path = bench.experiment({
    ...experiment,
    workloads: { ...(experiment.workloads as object), worker: { ...worker, user: 'reader' } },
    steadyState: [
      { kind: 'connect', servers: 'c', is: 'accepted', within: '20s' },
      { kind: 'connect', servers: 'c', login: 'wrong', is: 'refused', within: '20s' },
    ],
  });
  const said = await chaos(['run', path, '--out', 'reports']);
  expect(said.code, said.stdout + said.stderr).toBe(0);
  const texts = [...filesOf(join(bench.folder, 'reports')), ['output', said.stdout + said.stderr] as const];
  expect(texts.map(([name]) => name).join('\n')).toMatch(/report\.json[\s\S]*n1\.log/);
  expect(texts.filter(([, text]) => /\bSU[A-Z2-7]{56}\b/.test(text)).map(([name]) => name)).toEqual([]);
});
