import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import type { ProgressTick } from '../../history/progress.ts';
import type { SavedRun } from '../schema.ts';

/** What is measured of the current run, read whenever metrics are sent. */
export class RunMeters {
  #experiment = '';
  #tick: ProgressTick | null = null;
  #over: SavedRun | null = null;

  begin(experiment: string): void {
    this.#experiment = experiment;
    this.#tick = null;
    this.#over = null;
  }

  tick(tick: ProgressTick): void {
    this.#tick = tick;
  }

  finished(saved: SavedRun): void {
    this.#over = saved;
  }

  registerIn(meter: Meter): void {
    const gauge = (name: string, description: string, unit: string) =>
      meter.createObservableGauge(`nats_chaos.${name}`, { description, unit });
    const operations = meter.createObservableCounter('nats_chaos.workload.operations', {
      description: 'Operations of a workload by outcome.',
      unit: '{operation}',
    });
    const rate = gauge('workload.rate', 'Successful operations a second.', '{operation}/s');
    const probe = gauge('probe.value', 'The last reading of a probe.', '1');
    const faults = gauge('fault.in_force', 'Faults that are proven to be in force.', '1');
    const phase = gauge('phase', 'The phase that is going on.', '1');
    const recovery = gauge('recovery.time', 'From the last removal to steady.', 'ms');
    const duration = gauge('run.duration', 'The whole run, by its verdict.', 'ms');

    operations.addCallback((result) => this.#operations(result));
    rate.addCallback((result) =>
      this.#live(result, (tick) => tick.workloads.map((one) => [one.rate, { workload: one.name }])),
    );
    probe.addCallback((result) =>
      this.#live(result, (tick) =>
        tick.probes.flatMap(({ id, value }) => (value === undefined ? [] : [[value, { probe: id }]])),
      ),
    );
    faults.addCallback((result) =>
      this.#live(result, (tick) => tick.faults.map(({ id, kind }) => [1, { fault: id, kind }])),
    );
    phase.addCallback((result) => this.#live(result, (tick) => [[1, { phase: tick.phase }]]));
    recovery.addCallback((result) => {
      for (const { phase: name, ms } of this.#over?.recovery ?? [])
        this.#observe(result, ms, { phase: name });
    });
    duration.addCallback((result) => {
      const over = this.#over;
      if (over !== null) this.#observe(result, over.durationMs, { verdict: over.verdict });
    });
  }

  /** Gauges show the current value; there is none once the run has ended. */
  #live(result: ObservableResult, read: (tick: ProgressTick) => [number, Attributes][]): void {
    if (this.#tick === null || this.#over !== null) return;
    for (const [value, attributes] of read(this.#tick)) this.#observe(result, value, attributes);
  }

  /** The totals stay, and get their exact values at the end. */
  #operations(result: ObservableResult): void {
    const live = this.#tick?.workloads.map(({ done: ok, ...rest }) => ({ ...rest, ok })) ?? [];
    for (const { name, ok, failed, unknown } of this.#over?.workloads ?? live) {
      for (const [outcome, value] of Object.entries({ ok, failed, unknown }))
        this.#observe(result, value, { workload: name, outcome });
    }
  }

  #observe(result: ObservableResult, value: number, attributes: Attributes): void {
    result.observe(value, { experiment: this.#experiment, ...attributes });
  }
}
