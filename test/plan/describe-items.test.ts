import { expect, test } from 'vitest';
import { describeOptions } from '../../src/plan/describe-items.ts';

test('options are shown with what is in them, by their units, and without defaults', () => {
  const options = {
    kind: 'http',
    service: 'lb',
    rate: 100,
    retries: 0,
    expect: { status: '2xx', body: null },
    body: { id: '{id}', items: [{ product: 'p1', count: 2 }] },
    stages: [{ to: 300, over: 5000 }, { over: 1000 }],
    headers: {},
  };
  const schema = { properties: { rate: { 'x-unit': 'rate' }, retries: { default: 0 } } } as const;
  expect(describeOptions(options, ['http', 'lb'], schema)).toBe(
    ', rate 100/s, expect { status: 2xx, body: null }, body { id: {id}, items: { product: p1, count: 2 } },' +
      ' stages { to: 300, over: 5000 } { over: 1000 }',
  );
});
