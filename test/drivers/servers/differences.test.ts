import { describe, expect, it } from 'vitest';
import { consumerDifferences, streamDifferences } from '../../../src/drivers/servers/differences.ts';
import type { ConsumerSpec, StreamSpec } from '../../../src/drivers/spec.ts';

const stream: StreamSpec = {
  address: 'c/s',
  cluster: 'c',
  name: 's',
  account: 'APP',
  subjects: ['b', 'a.>'],
  replicas: 3,
  storage: 'file',
  retention: 'limits',
  discard: 'old',
  maxAgeMs: 60_000,
  sources: [],
};
const asFound = {
  subjects: ['a.>', 'b'],
  num_replicas: 3,
  storage: 'file',
  retention: 'limits',
  discard: 'old',
  max_msgs: -1,
  max_bytes: -1,
  max_age: 60e9,
  duplicate_window: 120e9,
};

describe('a stream', () => {
  it('is as stated, whatever the order of its subjects', () => {
    expect(streamDifferences(stream, ['subjects', 'replicas', 'storage', 'maxAge'], asFound)).toEqual([]);
  });

  it('may be anything that the file does not state', () => {
    const other = { ...asFound, num_replicas: 1, storage: 'memory', max_age: 0 };
    expect(streamDifferences(stream, ['subjects'], other)).toEqual([]);
  });

  it('has every difference named', () => {
    const other = { ...asFound, subjects: ['a.>'], num_replicas: 1, max_age: 0, retention: 'workqueue' };
    expect(streamDifferences(stream, ['subjects', 'replicas', 'retention', 'maxAge'], other)).toEqual([
      'c/s has subjects a.>, and not a.> b',
      'c/s has replicas 1, and not 3',
      'c/s has retention workqueue, and not limits',
      'c/s has maxAge 0 ms, and not 60000 ms',
    ]);
  });

  it('is compared as a mirror by its origin, and by filter and prefix only where they are stated', () => {
    const mirror = { cluster: 'd', stream: 'o' };
    const found = { name: 'o', filter_subject: 'x', external: { api: '$JS.d.API' } };
    const differences = (wanted: object, there: typeof found | undefined): string[] =>
      streamDifferences({ ...stream, mirror: { ...mirror, ...wanted } }, ['mirror'], {
        ...asFound,
        ...(there ? { mirror: there } : {}),
      });
    expect(differences({}, found)).toEqual([]);
    expect(differences({ filterSubject: 'y' }, found)).toEqual(['c/s has mirror o x, and not o y']);
    expect(differences({ externalApi: '$JS.e.API' }, found)).toEqual([
      'c/s has mirror o $JS.d.API, and not o $JS.e.API',
    ]);
    expect(differences({}, undefined)).toEqual(['c/s has mirror none, and not o']);
  });
});

describe('a consumer', () => {
  const consumer: ConsumerSpec = {
    address: 'c/s/w',
    cluster: 'c',
    stream: 's',
    name: 'w',
    account: 'APP',
    ackWaitMs: 30_000,
  };
  const there = { ack_policy: 'explicit', deliver_policy: 'all', ack_wait: 30e9, num_replicas: 0 };

  it('is as stated', () => {
    expect(consumerDifferences(consumer, ['ackWait', 'deliver'], there)).toEqual([]);
  });

  it('must pull and acknowledge explicitly, stated or not', () => {
    const push = { ...there, ack_policy: 'none', deliver_subject: 'inbox', ack_wait: 1e9 };
    expect(consumerDifferences(consumer, [], push)).toEqual([
      'c/s/w has type push, and not pull',
      'c/s/w has ackPolicy none, and not explicit',
    ]);
  });
});
