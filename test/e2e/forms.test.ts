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
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', count: 100, interval: '80ms' },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    method: [
      {
        phase: 'one less',
        faults: [{ kind: 'stop', nodes: 'c/s@follower' }],
        until: [{ kind: 'workload-progress', workload: 'worker', equals: 100 }],
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
  const { code, story } = await run.ends();
  expect([code, story]).toEqual([0, story]);
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
