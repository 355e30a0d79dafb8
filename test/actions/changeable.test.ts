import { describe, expect, it } from 'vitest';
import { firstAfter } from '../../src/actions/streams/delete-stream.ts';
import { CONSUMER_CHANGES, STREAM_CHANGES } from '../../src/nats/assets/changeable.ts';
import { says } from '../../src/nats/assets/identity.ts';

describe('settings that may change', () => {
  it('are those of an environment that may change, and no others', () => {
    for (const name of ['maxMessages', 'maxAge', 'subjects', 'placement', 'replicas', 'compression'])
      expect(STREAM_CHANGES).toHaveProperty(name);
    for (const name of ['storage', 'firstSequence', 'persistMode'])
      expect(STREAM_CHANGES).not.toHaveProperty(name);
    for (const name of ['ackWait', 'filter', 'maxAckPending', 'replicas'])
      expect(CONSUMER_CHANGES).toHaveProperty(name);
    for (const name of ['deliver', 'ackPolicy', 'pauseUntil'])
      expect(CONSUMER_CHANGES).not.toHaveProperty(name);
  });

  it('are said by a configuration that has them, or leaves out what is nothing', () => {
    expect(says({ max_msgs: 10, subjects: ['a'] }, { max_msgs: 10 })).toBe(true);
    expect(says({ max_msgs: 10 }, { max_msgs: 11 })).toBe(false);
    expect(says({}, { allow_direct: false, compression: 'none' })).toBe(true);
    expect(says({}, { allow_direct: true })).toBe(false);
    expect(says({ subjects: ['a', 'b'] }, { subjects: ['a'] })).toBe(false);
  });
});

it('a stream that is made again begins far above all that the one before can have had', () => {
  expect([0, 3, 99_999, 100_000, 250_123].map(firstAfter)).toEqual([
    200_001, 200_001, 200_001, 300_001, 400_001,
  ]);
  for (const last of [0, 7, 99_999, 123_456]) expect(firstAfter(last) - last).toBeGreaterThan(100_000);
});
