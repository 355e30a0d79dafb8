import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

/** The header of the W3C that carries a trace from one program to the next. */
export const TRACEPARENT = 'traceparent';

export const KIND = SpanKind;

/** Spans of one instance. Without a collector they are made and sent nowhere. */
export interface Tracing {
  /** Runs `work` in a span; what it throws is recorded and thrown again. */
  span<T>(
    name: string,
    options: { kind: SpanKind; parent: Context; attributes?: Record<string, string | number> },
    work: (context: Context) => Promise<T>,
  ): Promise<T>;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** @param collector where OTLP over HTTP is taken; undefined: nowhere */
export function startTracing(
  service: string,
  instance: { name: string; version: string },
  collector: string | undefined,
): Tracing {
  const provider = new BasicTracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': service,
        'service.instance.id': instance.name,
        'service.version': instance.version,
      }),
    ),
    spanProcessors:
      collector === undefined
        ? []
        : [new BatchSpanProcessor(new OTLPTraceExporter({ timeoutMillis: 2_000 }), { scheduledDelayMillis: 500 })],
  });
  const tracer = provider.getTracer(service, instance.version);
  return {
    span: (name, { kind, parent, attributes = {} }, work) =>
      inSpan(tracer.startSpan(name, { kind, attributes }, parent), parent, work),
    close: () => provider.shutdown().catch(() => undefined),
  };
}

async function inSpan<T>(
  span: Span,
  parent: Context,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  try {
    return await work(trace.setSpan(parent, span));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

/** The value of the header for what is sent in a context; undefined outside of spans. */
export function traceparentOf(context: Context): string | undefined {
  const of = trace.getSpanContext(context);
  if (of === undefined) return undefined;
  return `00-${of.traceId}-${of.spanId}-${of.traceFlags.toString(16).padStart(2, '0')}`;
}

/** The context that a header carries; that of a new trace when it carries none. */
export function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
