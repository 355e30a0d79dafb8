import type { ProgressEvent, ProgressTick } from '../../history/progress.ts';
import { family as exposed, type Series } from './exposition.ts';

/** What is known about a run from its beginning. */
export interface RunLabels {
  experiment: string;
  environment: string;
  driver: string;
  nats: string;
  seed: number;
}

/** The current state of a run, for Prometheus. */
export class LiveMetrics {
  #run: RunLabels | null = null;
  #tick: ProgressTick | null = null;
  #problems = 0;

  /** A run begins: the state of the previous run is dropped. */
  begin(run: RunLabels): void {
    this.#run = run;
    this.#tick = null;
    this.#problems = 0;
  }

  event(event: ProgressEvent): void {
    if (event.type === 'tick') this.#tick = event;
    else if (event.kind === 'problem') this.#problems += 1;
  }

  /** No run is going on. */
  end(): void {
    this.#run = null;
    this.#tick = null;
  }

  /** The text that Prometheus reads (exposition format 0.0.4). */
  render(): string {
    const run = this.#run;
    if (run === null) return family('run_info', 'gauge', 'The run that is going on.', []);
    const { seed, ...names } = run;
    const labels = { ...names, seed: String(seed) };
    const problems = { value: this.#problems };
    return [
      family('run_info', 'gauge', 'The run that is going on.', [{ labels, value: 1 }]),
      family('problems_total', 'counter', 'Problems that the run has reported.', [problems]),
      ...(this.#tick === null ? [] : tickFamilies(this.#tick)),
    ].join('');
  }
}

function tickFamilies(tick: ProgressTick): string[] {
  const { workloads, probes, faults, phase, remainingMs } = tick;
  const counted = (outcome: 'done' | 'failed' | 'unknown') =>
    workloads.map((one) => ({
      labels: { workload: one.name, outcome: outcome === 'done' ? 'ok' : outcome },
      value: one[outcome],
    }));
  return [
    family('run_seconds', 'gauge', 'Time since the run began.', [{ value: tick.t / 1000 }]),
    family('phase', 'gauge', 'The phase that is going on.', [{ labels: { phase }, value: 1 }]),
    family(
      'phase_remaining_seconds',
      'gauge',
      'Until the phase ends by itself; left out when it waits for a condition.',
      remainingMs === null ? [] : [{ value: remainingMs / 1000 }],
    ),
    family('workload_operations_total', 'counter', 'Operations of a workload by outcome.', [
      ...counted('done'),
      ...counted('failed'),
      ...counted('unknown'),
    ]),
    family(
      'workload_operations_per_second',
      'gauge',
      'Successful operations of a workload, over the last half second.',
      workloads.map(({ name, rate }) => ({ labels: { workload: name }, value: rate })),
    ),
    family(
      'probe_value',
      'gauge',
      'The last reading of a probe that reads numbers; left out when it failed.',
      probes.flatMap(({ id, value }) => (value === undefined ? [] : [{ labels: { probe: id }, value }])),
    ),
    family(
      'probe_state',
      'gauge',
      'The last reading of a probe that reads words; left out when it failed.',
      probes.flatMap(({ id, state }) =>
        state === undefined ? [] : [{ labels: { probe: id, state }, value: 1 }],
      ),
    ),
    family(
      'fault_in_force',
      'gauge',
      'A fault that is proven to be in force.',
      faults.map(({ id, kind, title }) => ({ labels: { fault: id, kind, title }, value: 1 })),
    ),
  ];
}

function family(name: string, type: 'gauge' | 'counter', help: string, series: readonly Series[]): string {
  return exposed(`nats_chaos_${name}`, type, help, series);
}
