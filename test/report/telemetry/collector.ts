import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

interface Value {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  boolValue?: boolean;
}
type Attributes = { key: string; value: Value }[];

export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attributes;
  events: { name: string }[];
  status: { code?: number; message?: string };
}

interface OtlpMetric {
  name: string;
  gauge?: { dataPoints: Point[] };
  sum?: { dataPoints: Point[] };
}

interface Point {
  attributes: Attributes;
  asDouble?: number;
  asInt?: number | string;
}

/** What an OpenTelemetry collector would be: takes OTLP as JSON over HTTP, and keeps it. */
export class Collector {
  readonly spans: OtlpSpan[] = [];
  readonly resources: Record<string, unknown>[] = [];
  /** The last value of each metric and its attributes but `experiment`. */
  readonly points = new Map<string, number>();
  readonly headers: NodeJS.Dict<string | string[]>[] = [];
  readonly #server: Server;

  constructor(answer: 'answers' | 'refuses' | 'is silent' = 'answers') {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.headers.push(request.headers);
        if (answer === 'is silent') return;
        const raw = Buffer.concat(chunks);
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
        if (answer === 'answers') this.#take(request.url ?? '', JSON.parse(body.toString()) as never);
        response.writeHead(answer === 'answers' ? 200 : 400, { 'content-type': 'application/json' });
        response.end('{}');
      });
    });
  }

  /** @returns the endpoint */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  #take(
    url: string,
    body: {
      resourceSpans?: { resource: { attributes: Attributes }; scopeSpans: { spans: OtlpSpan[] }[] }[];
      resourceMetrics?: { scopeMetrics: { metrics: OtlpMetric[] }[] }[];
    },
  ): void {
    if (url === '/v1/traces') {
      for (const { resource, scopeSpans } of body.resourceSpans ?? []) {
        this.resources.push(plain(resource.attributes));
        this.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
      }
    } else if (url === '/v1/metrics') {
      const metrics = (body.resourceMetrics ?? []).flatMap((one) =>
        one.scopeMetrics.flatMap((m) => m.metrics),
      );
      for (const { name, gauge, sum } of metrics) {
        for (const point of [...(gauge?.dataPoints ?? []), ...(sum?.dataPoints ?? [])]) {
          const { experiment, ...rest } = plain(point.attributes);
          if (experiment === undefined) throw new Error(`${name} names no experiment`);
          const labels = Object.values(rest).join(' ');
          this.points.set(`${name} ${labels}`.trim(), Number(point.asDouble ?? point.asInt));
        }
      }
    } else throw new Error(`nothing is sent to ${url}`);
  }
}

export function plain(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value as Record<string, unknown>)[0]]),
  );
}
