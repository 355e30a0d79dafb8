import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, duration, strictObject, timeLimit, Type } from '../../support/schema.ts';
import { addressesOf, placeFields, placeInWords } from '../../support/service-place.ts';
import type { Probe, Reading } from '../probe.ts';
import { ask } from './ask.ts';

const READS = ['traces', 'services', 'spans'] as const;
const MOST_TRACES = 200;

const fields = strictObject(
  {
    kind: Type.Literal('trace'),
    ...placeFields(
      address('service', 'The service that collects traces, and answers queries of them.'),
      'The address of its query API, without /api, in place of a service.',
    ),
    of: Type.String({
      minLength: 1,
      examples: ['OrderApi'],
      description: 'The service whose traces are read, by its name in them.',
    }),
    operation: Type.Optional(
      Type.String({
        minLength: 1,
        examples: ['POST /api/orders'],
        description: 'Only traces with this operation of it.',
      }),
    ),
    lookback: defaulted(duration('How far back they may begin.'), '1m'),
    read: defaulted(
      Type.Unsafe<(typeof READS)[number]>({
        type: 'string',
        enum: [...READS],
        description: `\`traces\`: how many there are, up to ${MOST_TRACES}. \`services\`, \`spans\`: how many different services, or spans, the trace has that has most of them.`,
      }),
      'traces',
    ),
    timeout: defaulted(timeLimit('How long the whole answer may take.'), '5s'),
  },
  'What a collector of traces with the query API of Jaeger has of a service.',
);

export const trace: Probe<typeof fields> = {
  kind: 'trace',
  summary: 'How many traces of a service a collector has, or through how many services they lead',
  proof:
    'The answer of the collector at /api/traces, as Jaeger gives it. Without a trace `services` and `spans` have no reading, and neither has an answer that is none of Jaeger.',
  example:
    "{ kind: trace, url: 'http://127.0.0.1:16686', of: OrderApi, read: services, min: 3, within: 20s }",
  unit: '',
  reads: 'value',
  fields,
  target: (options) => `${options.read} of ${options.of} at ${placeInWords(options)}`,
  bounds: () => ({ min: 0 }),
  async read(ctx, options) {
    const { url, of, operation, lookback, timeout, read } = options;
    const [own = ''] = url === undefined ? addressesOf(options, ctx.services?.list() ?? []) : [];
    const base = url?.replace(/\/+$/, '') ?? `http://${own}`;
    const now = Date.now();
    const query = new URLSearchParams({
      service: of,
      limit: String(MOST_TRACES),
      start: String((now - lookback) * 1000),
      end: String(now * 1000),
      ...(operation === undefined ? {} : { operation }),
    });
    const asked = { url: `${base}/api/traces?${query.toString()}`, timeoutMs: timeout };
    const { status, text } = await ask(asked, ctx.signal);
    return readTraces(text, status, read);
  },
};

interface Trace {
  spans?: unknown[];
  processes?: Record<string, { serviceName?: string }>;
}

/** @throws ChaosError `failed` where the answer is none of Jaeger, or there is no trace to read something of */
export function readTraces(text: string, status: number, read: (typeof READS)[number]): Reading {
  const traces = tracesIn(text, status);
  if (read === 'traces') return { value: traces.length };
  if (traces.length === 0) throw new ChaosError('failed', 'there is no trace');
  const countOf = ({ spans = [], processes = {} }: Trace): number =>
    read === 'spans'
      ? spans.length
      : new Set(Object.values(processes).map(({ serviceName }) => serviceName)).size;
  return { value: Math.max(...traces.map(countOf)) };
}

function tracesIn(text: string, status: number): Trace[] {
  try {
    const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: { msg?: string }[] | null };
    const [error] = errors ?? [];
    if (error !== undefined)
      throw new ChaosError('failed', `the collector refuses: ${error.msg ?? 'no reason'}`);
    if (status === 200 && Array.isArray(data)) return data as Trace[];
  } catch (error) {
    if (error instanceof ChaosError) throw error;
  }
  throw new ChaosError('failed', `the answer (status ${status}) is not that of Jaeger's query API`);
}
