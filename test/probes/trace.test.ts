import { expect, test } from 'vitest';
import { readTraces } from '../../src/probes/outside/trace.ts';

/** The form of the answers of Jaeger to /api/traces, with what is not read left out. */
const ANSWER = JSON.stringify({
  data: [
    { traceID: 'a', spans: [{}, {}], processes: { p1: { serviceName: 'OrderApi' } } },
    {
      traceID: 'b',
      spans: [{}, {}, {}],
      processes: { p1: { serviceName: 'OrderApi' }, p2: { serviceName: 'OrderService' } },
    },
  ],
  total: 0,
  limit: 0,
  offset: 0,
  errors: null,
});
const NONE = JSON.stringify({ data: [], errors: null });

test('traces are counted, and the services and spans of the largest', () => {
  const read = (what: 'traces' | 'services' | 'spans') => readTraces(ANSWER, 200, what).value;
  expect([read('traces'), read('services'), read('spans')]).toEqual([2, 2, 3]);
});

test('no trace is a reading of their number, and of nothing else', () => {
  expect(readTraces(NONE, 200, 'traces')).toEqual({ value: 0 });
  expect(() => readTraces(NONE, 200, 'services')).toThrow('there is no trace');
});

test.each([
  ['<html>', 200, "not that of Jaeger's"],
  ['null', 200, "not that of Jaeger's"],
  [NONE, 500, 'status 500'],
  [JSON.stringify({ data: null, errors: [{ code: 400, msg: 'unknown service' }] }), 400, 'unknown service'],
])('%s with status %i is no reading', (text, status, why) => {
  expect(() => readTraces(text, status, 'traces')).toThrow(why);
});
