import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadEnvironment } from '../../src/experiment/load.ts';
import { consumerConfig, streamConfig } from '../../src/nats/assets/settings/config.ts';
import { consumerStated, originStated, streamStated } from '../../src/nats/assets/settings/declared.ts';
import type { Json } from '../../src/support/json.ts';
import { exactDuration, exactSize, UNITS } from '../../src/support/units.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'chaos-stated-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a file with these fields means, in the server's own form. */
function meaning(streams: Record<string, Json>, consumers: Record<string, Json>) {
  const file = join(folder, 'again.yaml');
  const nodes = ['n1', 'n2', 'n3'];
  const content = {
    name: 'again',
    title: 'again',
    nats: '2.15',
    clusters: { z: { nodes } },
    streams,
    consumers,
  };
  writeFileSync(file, JSON.stringify(content));
  const { value } = loadEnvironment(file, { env: {}, cwd: folder });
  return value;
}

describe('what a server reports, as a file states it', () => {
  const { value } = loadEnvironment('test/fixtures/environments/every-setting.yaml', { env: {}, cwd: ROOT });

  it('is what a file stated before, for every setting of streams and consumers there is', () => {
    const streams: Record<string, Json> = {};
    for (const [address, stream] of Object.entries(value.streams)) {
      const { fields, unknown } = streamStated(streamConfig(stream));
      expect(unknown).toEqual([]);
      const { mirror, sources } = stream as { mirror?: Json; sources?: Json };
      const origins = {
        ...(mirror === undefined ? {} : { mirror }),
        ...(sources === undefined ? {} : { sources }),
      };
      streams[address] = { ...fields, ...(asWritten(origins) as object) };
    }
    const consumers = Object.fromEntries(
      Object.entries(value.consumers).map(([address, consumer]) => {
        const { fields, unknown } = consumerStated(consumerConfig(consumer));
        expect(unknown).toEqual([]);
        return [address, fields];
      }),
    );
    const again = meaning(streams, consumers);
    for (const [address, stream] of Object.entries(value.streams))
      expect(streamConfig(again.streams[address]!), address).toEqual(withoutDefaults(streamConfig(stream)));
    for (const [address, consumer] of Object.entries(value.consumers))
      expect(consumerConfig(again.consumers[address]!), address).toEqual(
        withoutDefaults(consumerConfig(consumer)),
      );
  });

  it('leaves out what the server has of its own accord', () => {
    const { fields } = streamStated({
      name: 's',
      subjects: ['s.>'],
      retention: 'limits',
      max_consumers: -1,
      max_msgs: -1,
      max_bytes: -1,
      max_age: 0,
      max_msgs_per_subject: -1,
      max_msg_size: -1,
      discard: 'old',
      storage: 'file',
      num_replicas: 1,
      duplicate_window: 120_000_000_000,
      compression: 'none',
      allow_direct: false,
      sealed: false,
      consumer_limits: {},
      metadata: { '_nats.level': '1', '_nats.ver': '2.12.1' },
    });
    expect(fields).toEqual({ subjects: ['s.>'] });
    expect(
      consumerStated({
        durable_name: 'c',
        name: 'c',
        deliver_policy: 'all',
        ack_policy: 'explicit',
        ack_wait: 30_000_000_000,
        max_deliver: -1,
        replay_policy: 'instant',
        max_waiting: 512,
        max_ack_pending: 1000,
        num_replicas: 0,
        pause_until: '0001-01-01T00:00:00Z',
      }),
    ).toEqual({ fields: {}, unknown: [] });
  });

  it('states the duplicate window that a short maxAge gives only where it is another one', () => {
    const age = { max_age: 60_000_000_000 };
    expect(streamStated({ ...age, duplicate_window: 60_000_000_000 }).fields).toEqual({ maxAge: '1m' });
    expect(streamStated({ ...age, duplicate_window: 1_000_000_000 }).fields).toMatchObject({
      duplicateWindow: '1s',
    });
  });

  it('names what no file can state', () => {
    expect(streamStated({ name: 's', a_field_of_tomorrow: 5, retention: 'for-ever' }).unknown).toEqual([
      'a_field_of_tomorrow',
      'retention',
    ]);
    expect(originStated({ name: 's', filter_subject: 'a.>', external: { api: 'x' } })).toEqual({
      fields: { filter: 'a.>' },
      unknown: [],
    });
  });
});

describe('quantities as they are written in files', () => {
  it('mean exactly the same number', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 45 }), (bytes) => {
        const text = exactSize(bytes);
        expect(text).toMatch(new RegExp(UNITS.size.pattern));
        expect(UNITS.size.parse(text)).toBe(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (us) => {
        const text = exactDuration(us / 1000);
        expect(text).toMatch(new RegExp(UNITS.duration.pattern));
        expect(UNITS.duration.parse(text)).toBe(us / 1000);
      }),
    );
  });
});

/** The server's own values are left out of a file, and a file means them. */
function withoutDefaults(config: Record<string, Json>): Record<string, Json> {
  const { duplicate_window: window, ...rest } = config;
  return {
    ...rest,
    ...(window === undefined || window === 120_000_000_000 ? {} : { duplicate_window: window }),
  };
}

/** Origins keep the values of the loaded file, which are in ms: none of them has a unit. */
function asWritten(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
