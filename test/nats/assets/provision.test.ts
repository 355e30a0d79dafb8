import { expect, it } from 'vitest';
import { ApiRefusal } from '../../../src/nats/assets/api.ts';
import { isPermanentRefusal } from '../../../src/nats/assets/provision.ts';

const apiError = (code: number, err_code: number): Error =>
  new ApiRefusal('STREAM.CREATE.x', { code, err_code, description: 'x' });

it('waits for what a young cluster says only until it knows all its peers', () => {
  expect(isPermanentRefusal(apiError(400, 10005))).toBe(false);
  expect(isPermanentRefusal(apiError(400, 10023))).toBe(false);
  expect(isPermanentRefusal(apiError(503, 10008))).toBe(false);
  expect(isPermanentRefusal(new Error('timeout'))).toBe(false);
});

it('does not wait for what the server will never agree to', () => {
  expect(isPermanentRefusal(apiError(400, 10065))).toBe(true); // subjects overlap
});
