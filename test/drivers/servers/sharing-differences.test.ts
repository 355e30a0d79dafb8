import { expect, it } from 'vitest';
import { differencesOf } from '../../../src/drivers/servers/sharing-differences.ts';
import type { AccountSpec } from '../../../src/drivers/spec.ts';
import type { ShownSharing } from '../../../src/nats/accounts/shown-sharing.ts';

const account: AccountSpec = { name: 'APP', system: false, jetstream: true, users: [] };
const SHOWN: ShownSharing = {
  exports: [
    {
      kind: 'service',
      subject: 'price.*',
      accounts: ['A', 'B'],
      latency: { subject: 'times', sampling: 0.5 },
    },
    { kind: 'stream', subject: 'events.>' },
  ],
  imports: [{ kind: 'service', account: 'B', subject: 'bill.*', to: 'ask.$1', share: true }],
  mappings: { 'orders.*': [{ to: 'orders.$1.v2', weight: 0.1 }] },
};

it('finds nothing where the servers have what the file states, in whatever order and form', () => {
  expect(differencesOf(account, 'z', SHOWN)).toEqual([]);
  const stated: AccountSpec = {
    ...account,
    exports: [
      {
        ...{
          kind: 'service',
          subject: 'price.*',
          accounts: ['B', 'A'],
          response: 'single',
          thresholdMs: 5000,
        },
        latency: { subject: 'times', sampling: 0.5 },
      },
    ],
    imports: [{ kind: 'service', account: 'B', subject: 'bill.*', to: 'ask.{{wildcard(1)}}', share: true }],
    mappings: { 'orders.*': [{ to: 'orders.$1.v2', weight: 0.1 }] },
  };
  expect(differencesOf(stated, 'z', SHOWN)).toEqual([]);
});

it('says what the file states and the servers do not have, beside what they have', () => {
  const stated: AccountSpec = {
    ...account,
    exports: [{ kind: 'stream', subject: 'events.>', accounts: ['A'] }],
    imports: [{ kind: 'stream', account: 'B', subject: 'bill.*', prefix: 'b' }],
    mappings: { 'orders.*': [{ to: 'orders.$1.v2', weight: 1 }] },
  };
  expect(differencesOf(stated, 'z', SHOWN)).toEqual([
    'the account APP on z does not export the stream events.> to A: it exports the service price.* to A and B with 50 % of latencies on times; the stream events.>',
    'the account APP on z does not import the stream bill.* of B under b: it imports the service bill.* of B as ask.* with who asks',
    'the account APP on z does not map orders.* to orders.*.v2 (100 %): it maps orders.* to orders.*.v2 (10 %)',
  ]);
});
