import { context, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { ProgressTick } from '../../history/progress.ts';
import { withDeadline } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { SavedRun } from '../schema.ts';
import { RunMeters } from './meters.ts';
import { spansOf, type SpanPlan } from './spans.ts';

export interface TelemetryOptions {
  /** Version of this program. */
  version: string;
  /** How often metrics are sent. */
  everyMs: Milliseconds;
  /** The time limit of one request, and of the end of a run. */
  timeoutMs: Milliseconds;
  /** Called with what could not be sent, in words: once per run for traces and once for metrics. */
  complain(text: string): void;
}

/**
 * Sends runs over OTLP/HTTP: metrics while they go on, and each run as a trace when it has ended. The address and the
 * headers come from the standard variables (`OTEL_EXPORTER_OTLP_ENDPOINT` …). Nothing here throws or exceeds its
 * deadline: an unreachable collector does not affect a run.
 */
export class TelemetryExporter {
  readonly #options: TelemetryOptions;
  readonly #spans: ReadableSpan[] = [];
  readonly #tracer: Tracer;
  readonly #traces: OTLPTraceExporter;
  readonly #meters = new RunMeters();
  readonly #meterProvider: MeterProvider;
  readonly #complained = new Set<string>();

  constructor(options: TelemetryOptions) {
    this.#options = options;
    const resource = defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'nats-chaos', 'service.version': options.version }))
      // Attributes that the user gives the service override the others.
      .merge(detectResources({ detectors: [envDetector] }));
    this.#traces = new OTLPTraceExporter({ timeoutMillis: options.timeoutMs });
    const keep = { onEnd: (span: ReadableSpan) => void this.#spans.push(span) };
    const provider = new BasicTracerProvider({ resource, spanProcessors: [{ ...NO_SPANS, ...keep }] });
    this.#tracer = provider.getTracer('nats-chaos', options.version);
    this.#meterProvider = new MeterProvider({
      resource,
      readers: [
        new PeriodicExportingMetricReader({
          exporter: this.#metricExporter(),
          exportIntervalMillis: options.everyMs,
          exportTimeoutMillis: Math.min(options.everyMs, options.timeoutMs),
        }),
      ],
    });
    this.#meters.registerIn(this.#meterProvider.getMeter('nats-chaos', options.version));
  }

  begin(experiment: string): void {
    this.#complained.clear();
    this.#meters.begin(experiment);
  }

  tick(tick: ProgressTick): void {
    this.#meters.tick(tick);
  }

  async finished(saved: SavedRun): Promise<void> {
    this.#meters.finished(saved);
    await Promise.all([
      this.#bounded('metrics', this.#meterProvider.forceFlush()),
      this.#bounded('trace', this.#sendTrace(saved)),
    ]);
  }

  async close(): Promise<void> {
    await Promise.all([
      this.#bounded('metrics', this.#meterProvider.shutdown()),
      this.#bounded('trace', this.#traces.shutdown()),
    ]);
  }

  #metricExporter(): OTLPMetricExporter {
    const exporter = new OTLPMetricExporter({ timeoutMillis: this.#options.timeoutMs });
    const send = exporter.export.bind(exporter);
    exporter.export = (metrics, done) =>
      send(metrics, (result) => {
        if (result.error !== undefined) this.#complain('metrics', result.error);
        done(result);
      });
    return exporter;
  }

  async #sendTrace(saved: SavedRun): Promise<void> {
    this.#spans.length = 0;
    record(this.#tracer, spansOf(saved), null);
    await new Promise<void>((done) => {
      this.#traces.export([...this.#spans], (result) => {
        if (result.error !== undefined) this.#complain('trace', result.error);
        done();
      });
    });
  }

  async #bounded(what: string, work: Promise<void>): Promise<void> {
    try {
      await withDeadline(work, this.#options.timeoutMs, `sending the ${what}`);
    } catch (thrown) {
      this.#complain(what, thrown);
    }
  }

  #complain(what: string, thrown: unknown): void {
    if (this.#complained.has(what)) return;
    this.#complained.add(what);
    this.#options.complain(`OpenTelemetry: the ${what} could not be sent: ${reasonOf(thrown)}`);
  }
}

const NO_SPANS = {
  onStart: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

function record(tracer: Tracer, plan: SpanPlan, parent: ReturnType<Tracer['startSpan']> | null): void {
  const { name, startMs, endMs, attributes, events, error, children } = plan;
  const around = parent === null ? context.active() : trace.setSpan(context.active(), parent);
  const span = tracer.startSpan(name, { startTime: startMs, attributes, root: parent === null }, around);
  for (const event of events) span.addEvent(event.name, event.atMs);
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
  for (const child of children) record(tracer, child, span);
  span.end(endMs);
}

/** A connection that is refused on every address of a name has no error message of its own. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(messageOf).join('; ');
  return messageOf(thrown) || 'unknown';
}
