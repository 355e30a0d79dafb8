import { expect, it } from 'vitest';
import { allowanceDifferences, statesAllowance } from '../../../src/drivers/servers/account-differences.ts';
import type { AccountSpec } from '../../../src/drivers/spec.ts';

const account: AccountSpec = { name: 'APP', system: false, jetstream: true, users: [] };

it('compares limits that the file states, and no others', () => {
  expect(statesAllowance(account)).toBe(false);
  expect(allowanceDifferences(account, 'z', { max_storage: 1, max_streams: 5 })).toEqual([]);
  const limited = {
    ...account,
    maxFileBytes: 1024,
    jetstreamLimits: { maxStreams: 5, maxBytesRequired: true },
  };
  expect(statesAllowance(limited)).toBe(true);
  expect(
    allowanceDifferences(limited, 'z', { max_storage: 1024, max_streams: 5, max_bytes_required: true }),
  ).toEqual([]);
  expect(allowanceDifferences(limited, 'z', { max_storage: -1, max_streams: 6 })).toEqual([
    'the account APP has maxFile without a limit on z, and not 1024',
    'the account APP has maxStreams 6 on z, and not 5',
    'the account APP has maxBytesRequired false on z, and not true',
  ]);
});
