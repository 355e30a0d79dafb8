import { expect, test } from 'vitest';
import { Identities } from '../../../src/workloads/ledger/identities.ts';

const identities = new Identities('run-1', ['orders', 'orders-2', 'other']);

test.each([
  ['order:run-1/orders/7', [{ by: 0, n: 7 }]],
  ['{"id":"run-1\\/orders-2\\/12","total":3}', [{ by: 1, n: 12 }]],
  ['/orders/run-1%2Fother%2f4294967295?x', [{ by: 2, n: 4_294_967_295 }]],
  [
    'run-1/orders/1 run-1/orders/1 run-1/orders/2',
    [
      { by: 0, n: 1 },
      { by: 0, n: 2 },
    ],
  ],
  ['run-2/orders/7', []],
  ['run-1/nobody/7', []],
  ['run-1/orders/0', []],
  ['run-1/orders/4294967296', []],
  ['run-1/orders/12345678901', []],
])('%s', (text, named) => {
  expect(identities.in(text)).toEqual(named);
});

test('without a sender nothing is found', () => {
  expect(new Identities('run-1', []).in('run-1/orders/7')).toEqual([]);
});
