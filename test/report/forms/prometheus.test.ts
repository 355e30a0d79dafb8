import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProgressTick } from '../../../src/history/progress.ts';
import { LiveMetrics } from '../../../src/report/forms/prometheus.ts';

const TICK: ProgressTick = {
  type: 'tick',
  t: 7_250,
  phase: 'partition',
  remainingMs: 5_000,
  workloads: [{ name: 'publish', rate: 199.5, done: 1234, failed: 2, unknown: 1 }],
  probes: [
    { id: 'mirror-lag c/s', value: 17 },
    { id: 'mirror-state c/s', state: 'disconnected' },
    { id: 'ack-floor c/s/w' },
  ],
  faults: [{ id: 'partition#1', kind: 'partition', title: 'partition between a and b' }],
};
const RUN = { experiment: 'e', environment: 'dual', driver: 'process', nats: '2.12', seed: 7 };

/** Every sample; throws on a line that the exposition format does not allow. */
function samples(text: string): Map<string, number> {
  const found = new Map<string, number>();
  const types = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    const type = /^# TYPE (nats_chaos_[a-z_]+) (gauge|counter)$/.exec(line);
    if (type !== null) types.add(type[1]!);
    if (line.startsWith('#')) continue;
    const sample =
      /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (-?[\d.e+-]+|NaN|[+-]Inf)$/.exec(line);
    if (sample === null || !types.has(sample[1]!)) throw new Error(`not a sample: ${line}`);
    const key = line.slice(0, line.lastIndexOf(' '));
    if (found.has(key)) throw new Error(`twice: ${key}`);
    found.set(key, Number(sample[3]!.replace('Inf', 'Infinity')));
  }
  return found;
}

describe('the metrics of a run', () => {
  it('say where it stands: phase, workloads, probes, and the faults in force', () => {
    const metrics = new LiveMetrics();
    metrics.begin(RUN);
    metrics.event(TICK);
    metrics.event({ type: 'line', t: 1, kind: 'problem', text: 'x' });
    expect(Object.fromEntries(samples(metrics.render()))).toEqual({
      'nats_chaos_run_info{experiment="e",environment="dual",driver="process",nats="2.12",seed="7"}': 1,
      nats_chaos_problems_total: 1,
      nats_chaos_run_seconds: 7.25,
      'nats_chaos_phase{phase="partition"}': 1,
      nats_chaos_phase_remaining_seconds: 5,
      'nats_chaos_workload_operations_total{workload="publish",outcome="ok"}': 1234,
      'nats_chaos_workload_operations_total{workload="publish",outcome="failed"}': 2,
      'nats_chaos_workload_operations_total{workload="publish",outcome="unknown"}': 1,
      'nats_chaos_workload_operations_per_second{workload="publish"}': 199.5,
      'nats_chaos_probe_value{probe="mirror-lag c/s"}': 17,
      'nats_chaos_probe_state{probe="mirror-state c/s",state="disconnected"}': 1,
      'nats_chaos_fault_in_force{fault="partition#1",kind="partition",title="partition between a and b"}': 1,
    });
  });

  it('say nothing of a run that is over', () => {
    const metrics = new LiveMetrics();
    metrics.begin(RUN);
    metrics.event(TICK);
    metrics.end();
    expect(samples(metrics.render()).size).toBe(0);
    metrics.begin(RUN);
    expect(samples(metrics.render()).size).toBe(2);
  });

  it('stay readable, whatever the names and numbers are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.double(), (name, value) => {
        const metrics = new LiveMetrics();
        metrics.begin({ ...RUN, experiment: name });
        metrics.event({ ...TICK, phase: name, probes: [{ id: name, value }] });
        expect(samples(metrics.render()).size).toBeGreaterThan(5);
      }),
    );
  });
});
