import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProgressTick } from '../../../src/history/progress.ts';
import { TelemetryExporter } from '../../../src/report/telemetry/exporter.ts';
import { spansOf } from '../../../src/report/telemetry/spans.ts';
import { until } from '../../../src/support/deadline.ts';
import { fixtureRecord, fixtureRun } from '../fixture.ts';
import { hostileRun } from '../hostile.ts';
import { Collector, plain, type OtlpSpan } from './collector.ts';

const complaints: string[] = [];

beforeEach(() => {
  complaints.length = 0;
});
afterEach(() => {
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  delete process.env['OTEL_EXPORTER_OTLP_HEADERS'];
});

function exporterTo(endpoint: string, { everyMs = 60_000, timeoutMs = 10_000 } = {}): TelemetryExporter {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint;
  const complain = (text: string): void => void complaints.push(text);
  return new TelemetryExporter({ version: '0.1.0', everyMs, timeoutMs, complain });
}

const TICK: ProgressTick = {
  type: 'tick',
  t: 7_250,
  phase: 'partition',
  remainingMs: null,
  workloads: [{ name: 'publish', rate: 199.5, done: 1234, failed: 2, unknown: 1 }],
  probes: [{ id: 'mirror-lag c/s', value: 17 }],
  faults: [{ id: 'partition#1', kind: 'partition', title: 'partition between a and b' }],
};

describe('a run as a trace', () => {
  it('arrives whole: one trace, every span under its parent, with the times of the run', async () => {
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'x-key=secret';
    const collector = new Collector();
    const exporter = exporterTo(await collector.start());
    const saved = fixtureRun();
    exporter.begin('partition-recovery');
    await exporter.finished(saved);
    await exporter.close();
    await collector.stop();
    expect(complaints).toEqual([]);
    const { spans } = collector;
    expect(new Set(spans.map((span) => span.traceId)).size).toBe(1);
    expect(tree(spans)).toEqual([
      'run partition-recovery',
      '  start',
      '  phase baseline',
      '  phase partition',
      '    fault partition between qa1a and qa1b',
      '  phase recovery',
      '    recovery in recovery',
      '  phase afterwards',
      '  teardown',
    ]);
    const named = (name: string) => spans.find((span) => span.name.startsWith(name))!;
    const ms = (nano: string) => Number(BigInt(nano) / 1_000_000n);
    const run = named('run');
    expect(ms(run.startTimeUnixNano)).toBe(Date.parse(saved.startedAt));
    expect(ms(run.endTimeUnixNano) - ms(run.startTimeUnixNano)).toBe(saved.durationMs);
    expect(plain(run.attributes)).toMatchObject({
      'nats_chaos.verdict': 'pass',
      'nats_chaos.nats_server.version': '2.12.3',
    });
    const fault = named('fault');
    expect(ms(fault.startTimeUnixNano)).toBe(Date.parse(saved.startedAt) + saved.faults[0]!.injectedAt!);
    expect(fault.events.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^in force: /),
      expect.stringMatching(/^still in force: /),
      expect.stringMatching(/^gone: /),
    ]);
    const recovery = named('recovery');
    expect(ms(recovery.endTimeUnixNano) - ms(recovery.startTimeUnixNano)).toBeCloseTo(
      saved.recovery[0]!.ms,
      -1,
    );
    expect(collector.resources[0]).toMatchObject({
      'service.name': 'nats-chaos',
      'service.version': '0.1.0',
    });
    expect(collector.headers[0]!['x-key']).toBe('secret');
  });

  it('is marked where it went wrong', () => {
    const record = fixtureRecord();
    record.phases[2]!.outcome = 'timed-out';
    record.faults[0]!.heldToEnd!.proven = false;
    delete record.phases[3]!.startedAt;
    const root = spansOf(fixtureRun(record));
    expect(root.error).toMatch(/ran out of time/);
    const [baseline, partition, recovery, ...rest] = root.children.filter(({ name }) =>
      name.startsWith('phase'),
    );
    expect([baseline!.error, recovery!.error]).toEqual([undefined, 'timed-out: the steady state holds']);
    expect(partition!.children[0]!.error).toBe(record.faults[0]!.heldToEnd!.statement);
    expect(rest).toEqual([]);
  });

  it('never ends before it begins, and is there for any run', () => {
    const record = fixtureRecord();
    Object.assign(record, { phases: [], faults: [], interrupted: 'SIGINT' });
    for (const saved of [fixtureRun(record), hostileRun(fixtureRun())]) {
      const check = (span: ReturnType<typeof spansOf>): void => {
        expect(span.endMs).toBeGreaterThanOrEqual(span.startMs);
        span.children.forEach(check);
      };
      if (saved.phases.length === 0) check(spansOf(saved));
      else expect(spansOf(saved).children.length).toBeGreaterThan(3);
    }
  });
});

describe('metrics over OTLP', () => {
  it('say where the run stands while it goes on, and its figures at the end', async () => {
    const collector = new Collector();
    const exporter = exporterTo(await collector.start(), { everyMs: 50 });
    exporter.begin('partition-recovery');
    exporter.tick(TICK);
    const seen = await until(() => Promise.resolve(collector.points.size >= 7 && new Map(collector.points)), {
      timeoutMs: 10_000,
      what: 'metrics',
    });
    expect(Object.fromEntries(seen)).toEqual({
      'nats_chaos.workload.operations publish ok': 1234,
      'nats_chaos.workload.operations publish failed': 2,
      'nats_chaos.workload.operations publish unknown': 1,
      'nats_chaos.workload.rate publish': 199.5,
      'nats_chaos.probe.value mirror-lag c/s': 17,
      'nats_chaos.fault.in_force partition#1 partition': 1,
      'nats_chaos.phase partition': 1,
    });
    collector.points.clear();
    const saved = fixtureRun();
    await exporter.finished(saved);
    expect(collector.points.get('nats_chaos.run.duration pass')).toBe(saved.durationMs);
    expect(collector.points.get('nats_chaos.recovery.time recovery')).toBe(saved.recovery[0]!.ms);
    expect(collector.points.get('nats_chaos.workload.operations publish-qa1a ok')).toBe(
      saved.workloads[0]!.ok,
    );
    await exporter.close();
    await collector.stop();
    expect(complaints).toEqual([]);
  });
});

describe('a collector that is not well', () => {
  it.each(['refuses', 'is silent'] as const)('and %s ends nothing: it is said once, in time', async (how) => {
    const collector = new Collector(how);
    const exporter = exporterTo(await collector.start(), { everyMs: 20, timeoutMs: 300 });
    exporter.begin('e');
    exporter.tick(TICK);
    await exporter.finished(fixtureRun());
    await exporter.finished(fixtureRun());
    await exporter.close();
    await collector.stop();
    const said = complaints.map(
      (text) => /^OpenTelemetry: the (metrics|trace) could not be sent: ./.exec(text)?.[1],
    );
    expect(said.sort()).toEqual(['metrics', 'trace']);
  });

  it('and is not there is no different', async () => {
    const gone = new Collector();
    const endpoint = await gone.start();
    await gone.stop();
    const exporter = exporterTo(endpoint, { timeoutMs: 300 });
    exporter.begin('e');
    await exporter.finished(fixtureRun());
    await exporter.close();
    expect(complaints).toHaveLength(2);
  });
});

/** Names of spans, indented under their parents, in the order of their beginnings. */
function tree(spans: readonly OtlpSpan[], parent = '', depth = 0): string[] {
  return spans
    .filter((span) => (span.parentSpanId ?? '') === parent)
    .sort(
      (a, b) =>
        Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)) || b.name.length - a.name.length,
    )
    .flatMap((span) => ['  '.repeat(depth) + span.name, ...tree(spans, span.spanId, depth + 1)]);
}
