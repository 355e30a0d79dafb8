import { JetStreamApiError } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { isRefusal } from '../../src/nats/provision.ts';

const apiError = (code: number, err_code: number): Error =>
  new JetStreamApiError({ code, err_code, description: 'x' });

it('waits for what a young cluster says only until it knows all its peers', () => {
  expect(isRefusal(apiError(400, 10005))).toBe(false);
  expect(isRefusal(apiError(400, 10023))).toBe(false);
  expect(isRefusal(apiError(503, 10008))).toBe(false);
  expect(isRefusal(new Error('timeout'))).toBe(false);
});

it('does not wait for what the server will never agree to', () => {
  expect(isRefusal(apiError(400, 10065))).toBe(true); // subjects overlap
});
