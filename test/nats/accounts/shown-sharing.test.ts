import { expect, it } from 'vitest';
import { sharingOf, type SharingReading } from '../../../src/nats/accounts/shown-sharing.ts';

/** As nats-server 2.12.15 answers `/accountz?acc=…`. */
const OWNER: SharingReading = {
  exports: [
    { subject: 'plain.service', type: 'service', response_type: 'Singleton' },
    {
      ...{
        subject: 'price.*',
        type: 'service',
        response_type: 'Singleton',
        approved_accounts: ['READER', 'A'],
      },
      service_latency: { sampling: 50, results: 'lat.ency' },
    },
    {
      subject: '$JS.API.CONSUMER.>',
      type: 'service',
      response_type: 'Streamed',
      approved_accounts: ['READER'],
    },
    { subject: 'events.>', type: 'stream' },
  ],
  imports: [
    {
      ...{ subject: '$SYS.REQ.ACCOUNT.OWNER.CONNZ', account: 'SYS', type: 'service' },
      local_subject: '$SYS.REQ.ACCOUNT.PING.CONNZ',
    },
    { subject: '$JS.API.>', account: 'SYS', local_subject: '$JS.API.>', type: 'service', share: true },
  ],
  mappings: {
    '$JS.hub.API.STREAM.>': [{ subject: '$JS.API.STREAM.>', weight: 100 }],
    '$JS.hub.API.INFO': [{ subject: '$JS.API.INFO', weight: 100 }],
    'a.b': [{ subject: 'c.d', weight: 100 }],
    'geo.*': [
      { subject: 'geo.$1', weight: 100 },
      { subject: 'near.$1', weight: 100, cluster: 'east' },
    ],
    'orders.*': [
      { subject: 'orders.$1.v2', weight: 10 },
      { subject: 'orders.$1.v1', weight: 100 },
    ],
  },
};

const READER: SharingReading = {
  imports: [
    { subject: 'events.>', account: 'OWNER', local_subject: 'orders.events.>', type: 'stream' },
    { subject: 'only.x', account: 'OWNER', local_subject: 'mine.x', type: 'stream' },
    { subject: 'plain', account: 'OWNER', local_subject: 'plain', type: 'service', share: false },
    { subject: 'price.*', account: 'OWNER', local_subject: 'ask.price.*', type: 'service', share: true },
    { subject: 'gone', account: 'OWNER', local_subject: 'gone', type: 'stream', invalid: true },
  ],
};

it('is what was configured of an account, without what servers add', () => {
  expect(sharingOf(OWNER, 'SYS')).toEqual({
    exports: [
      { kind: 'service', subject: '$JS.API.CONSUMER.>', accounts: ['READER'], response: 'stream' },
      { kind: 'service', subject: 'plain.service' },
      {
        ...{ kind: 'service', subject: 'price.*', accounts: ['A', 'READER'] },
        latency: { subject: 'lat.ency', sampling: 0.5 },
      },
      { kind: 'stream', subject: 'events.>' },
    ],
    imports: [],
    mappings: {
      'a.b': [{ to: 'c.d', weight: 1 }],
      'geo.*': [{ to: 'near.$1', weight: 1, cluster: 'east' }],
      'orders.*': [
        { to: 'orders.$1.v1', weight: 0.9 },
        { to: 'orders.$1.v2', weight: 0.1 },
      ],
    },
  });
});

it('numbers the wildcards of what is imported, and tells a prefix from another subject', () => {
  expect(sharingOf(READER, 'SYS').imports).toEqual([
    { kind: 'service', account: 'OWNER', subject: 'plain' },
    { kind: 'service', account: 'OWNER', subject: 'price.*', to: 'ask.price.$1', share: true },
    { kind: 'stream', account: 'OWNER', subject: 'events.>', prefix: 'orders' },
    { kind: 'stream', account: 'OWNER', subject: 'only.x', to: 'mine.x' },
  ]);
});
