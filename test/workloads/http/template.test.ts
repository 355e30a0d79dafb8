import { expect, test } from 'vitest';
import { templateOf } from '../../../src/workloads/http/template.ts';
import { requestsOf } from '../../../src/workloads/http/requests.ts';

const fill = (text: string, n: number): string => templateOf(text)({ id: `run/orders/${n}`, n });

test('the id and the number of a request are put into their places', () => {
  expect(fill('{"id":"{id}","n":{n}}', 7)).toBe('{"id":"run/orders/7","n":7}');
});

test('requests take choices and ranges in turn, the last place changing fastest', () => {
  const texts = [1, 2, 3, 4, 5, 6, 7].map((n) => fill('{eu,us}-{1..3}', n));
  expect(texts).toEqual(['eu-1', 'eu-2', 'eu-3', 'us-1', 'us-2', 'us-3', 'eu-1']);
});

test('all other braces stay', () => {
  const text = '{"a":{"b":1},"c":[{}],"d":"{x}"}';
  expect(fill(text, 1)).toBe(text);
});

test('a map is sent as JSON, and each request has its id as a header', () => {
  const request = requestsOf(
    { runId: 'run', name: 'orders' },
    { method: 'POST', path: '/orders/{id}', body: { orderId: '{id}', customer: 'c-{1..2}' } },
  )(3);
  expect(request).toEqual({
    id: 'run/orders/3',
    n: 3,
    method: 'POST',
    path: '/orders/run%2Forders%2F3',
    headers: { 'Idempotency-Key': 'run/orders/3', 'Content-Type': 'application/json' },
    body: '{"orderId":"run/orders/3","customer":"c-1"}',
  });
});

test('headers that are given replace those that are not', () => {
  const { headers } = requestsOf(
    { runId: 'run', name: 'orders' },
    {
      method: 'POST',
      path: '/',
      headers: { 'idempotency-key': 'k-{n}', 'content-type': 'text/csv' },
      body: 'a,b',
    },
  )(2);
  expect(headers).toEqual({ 'idempotency-key': 'k-2', 'content-type': 'text/csv' });
});
