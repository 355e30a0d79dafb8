import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { renderAnnotations } from '../../src/report/forms/annotations.ts';
import { renderJunit } from '../../src/report/forms/junit.ts';
import { renderMarkdown } from '../../src/report/forms/markdown.ts';
import { until } from '../../src/support/deadline.ts';
import { Collector } from '../report/telemetry/collector.ts';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

it('a failing run is told in every form, on GitHub and to a collector too', async () => {
  const { file } = await smallEnvironment();
  bench.environment(file);
  const method = [
    {
      phase: 'work',
      until: [{ kind: 'workload-progress', workload: 'worker', equals: 100 }],
      within: '30s',
      expect: [{ kind: 'stream-messages', stream: 'c/s', max: 7 }],
    },
  ];
  const at = (name: string): string => join(bench.folder, 'forms', name);
  const summary = join(bench.folder, 'summary.md');
  const collector = new Collector();
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: await collector.start() };
  const run = bench.runIn(
    { ...endpoint, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: bench.folder },
    bench.experiment(smallExperiment({ method })),
    ...['--junit', at('junit.xml'), '--markdown', at('summary.md'), '--events', at('events.ndjson')],
  );
  const { code, report } = await run.ends();
  await collector.stop();
  expect([code, report.verdict]).toEqual([1, 'fail']);
  expect(collector.spans.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['run small', 'phase work']),
  );
  expect(collector.points.get('nats_chaos.workload.operations worker ok')).toBe(100);
  expect(collector.points.get('nats_chaos.run.duration fail')).toBe(report.durationMs);
  const read = (path: string): string => readFileSync(path, 'utf8');
  expect(read(at('junit.xml'))).toBe(renderJunit([report]));
  expect(read(at('junit.xml'))).toMatch(/<failure type="fail" message="\d+ at /);
  expect(read(at('summary.md'))).toBe(renderMarkdown([report]));
  expect(read(summary)).toBe(`${renderMarkdown([report])}\n`);
  const annotations = renderAnnotations(report, () => 'experiments/small.yaml');
  expect(annotations).toMatch(/^::error file=experiments\/small.yaml,line=\d\d,/);
  expect(run.stderr).toContain(annotations);
  const events = read(at('events.ndjson')).trimEnd().split('\n');
  const types = events.map((line) => (JSON.parse(line) as { type: string }).type);
  expect([types[0], types.at(-1)]).toEqual(['start', 'result']);
  expect(new Set(types)).toEqual(new Set(['start', 'line', 'tick', 'result']));
});

it('metrics say what is going on while it does: the rates, the phase, the fault in force', async () => {
  const { file } = await smallEnvironment();
  bench.environment(file);
  const experiment = smallExperiment({
    workloads: {
      // It waits, so that the fault is in force for eight seconds however slow the start was.
      publisher: {
        kind: 'publish',
        stream: 'c/s',
        subject: 's.x',
        count: 110,
        interval: '80ms',
        pauseAt: 10,
        retries: 10,
        timeout: '1s',
      },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    method: [
      {
        phase: 'before',
        until: [{ kind: 'workload-progress', workload: 'worker', equals: 10 }],
        within: '60s',
      },
      {
        phase: 'one less',
        faults: [{ kind: 'stop', nodes: 'c/s@follower' }],
        actions: [{ kind: 'resume-workload', workload: 'publisher' }],
        until: [{ kind: 'workload-progress', workload: 'worker', equals: 110 }],
        within: '60s',
      },
    ],
  });
  const run = bench.run(bench.experiment(experiment), '--metrics-port', '0');
  const wait = { timeoutMs: 60_000, everyMs: 100 };
  const url = await until(() => Promise.resolve(/metrics: (\S+)/.exec(run.stderr)?.[1]), {
    ...wait,
    what: 'url',
  });
  const scrape = async (): Promise<string> => (await fetch(url)).text();
  const seen = await until(
    async () => {
      const text = await scrape();
      return text.includes('nats_chaos_fault_in_force{') && text;
    },
    { ...wait, what: 'a fault in force' },
  );
  expect(seen).toMatch(/nats_chaos_fault_in_force\{fault="stop#1",kind="stop",title="[^"]+"\} 1\n/);
  expect(seen).toContain('nats_chaos_phase{phase="one less"} 1');
  expect(seen).toMatch(/nats_chaos_workload_operations_total\{workload="publisher",outcome="ok"\} \d+\n/);
  const { code, timeline } = await run.ends();
  expect([code, timeline]).toEqual([0, timeline]);
  await expect(scrape()).rejects.toThrow();
});

it('the list of the runs under --out is served until Ctrl-C', async () => {
  cpSync('reports/sample', join(bench.folder, 'reports', 'only-here'), { recursive: true });
  const options = ['--out', join(bench.folder, 'reports'), '--port', '0'];
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), 'report', 'serve', ...options]);
  const [url] = (await once(child.stdout, 'data')) as [Buffer];
  const page = await (await fetch(url.toString().trim())).text();
  expect(page).toContain('/runs/only-here/report.html');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('what cannot be carried out here is left out of a folder, and the rest decides the exit code', async () => {
  bench.environment((await smallEnvironment()).file);
  bench.environment({
    name: 'elsewhere',
    title: 'Servers that somebody else started',
    attach: { allowFaults: true, hosts: ['127.0.0.1'] },
    accounts: { APP: { jetstream: true, users: { app: { password: 'app' } } } },
    clusters: {
      c: { nodes: ['n1'], servers: { n1: { client: '127.0.0.1:1', monitor: 'http://127.0.0.1:2' } } },
    },
  });
  const method = [{ phase: 'down', faults: [{ kind: 'kill', nodes: 'c/n1' }], for: '1s' }];
  const steadyState = [{ kind: 'server-healthy', servers: 'c', equals: 1 }];
  const elsewhere = { workloads: {}, checks: [], steadyState, method, maxNodesDown: 1 };
  bench.experiment(smallExperiment({ name: 'a-kill', environment: 'elsewhere', ...elsewhere }));
  bench.experiment(smallExperiment());
  const junit = join(bench.folder, 'junit.xml');
  const run = bench.run(join(bench.folder, 'experiments'), '--skip-unavailable', '--junit', junit);
  const { code } = await run.ends();
  expect(code).toBe(0);
  expect(run.lines.at(-1)).toMatchObject({ type: 'left-out', experiment: 'a-kill' });
  expect(readFileSync(junit, 'utf8')).toContain('<skipped type="unavailable"');
});
