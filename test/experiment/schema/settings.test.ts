import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadEnvironment } from '../../../src/experiment/load.ts';
import { consumerConfig, consumerSettingsOf, streamConfig } from '../../../src/nats/assets/settings/config.ts';
import { consumerSettings } from '../../../src/nats/assets/settings/consumer.ts';
import { originSettings, streamSettings } from '../../../src/nats/assets/settings/stream.ts';
import { settingTables } from './setting-tables.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('docs/settings.md', () => {
  const text = readFileSync(join(ROOT, 'docs/settings.md'), 'utf8');
  it.each(Object.entries(settingTables()))('has the table of %s as the schema says it', (_under, rows) => {
    // Prettier aligns tables; only the words count.
    const words = (line: string): string => line.replaceAll(/ +/g, ' ').trim();
    const lines = new Set(text.split('\n').map(words));
    expect(rows.filter((row) => !lines.has(words(row)))).toEqual([]);
  });
});

describe('the environments that servers are asked to make', () => {
  const { value } = loadEnvironment('test/fixtures/environments/every-setting.yaml', { env: {}, cwd: ROOT });
  const stated = (assets: object): Set<string> =>
    new Set(Object.values(assets).flatMap((asset: object) => Object.keys(asset)));

  it('state every setting there is', () => {
    expect([...stated(value.streams)]).toEqual(expect.arrayContaining(Object.keys(streamSettings)));
    expect([...stated(value.consumers)]).toEqual(expect.arrayContaining(Object.keys(consumerSettings)));
    const { mirror, sources } = {
      mirror: value.streams['z/mirror']?.mirror,
      sources: value.streams['z/sources']?.sources,
    };
    const origins = [mirror, ...(sources ?? [])].filter((one) => typeof one === 'object');
    expect([...stated(origins)]).toEqual(expect.arrayContaining(Object.keys(originSettings)));
  });

  it('have many consumers of one template, each with its own filter', () => {
    const queue = Object.entries(value.consumers).filter(([address]) => address.startsWith('z/queue/'));
    expect(queue).toHaveLength(20);
    expect(queue[16]).toMatchObject(['z/queue/q-17', { filters: ['q.17'], ackWait: 30_000 }]);
  });
});

describe('settings in the server’s own form', () => {
  it('have its names, its units and its words', () => {
    expect(
      streamConfig({
        maxAge: 1500,
        maxBytes: 1024,
        compression: 's2',
        republish: { to: 'x.>', headersOnly: true },
        consumerLimits: { inactiveThreshold: 1000 },
        sealed: true,
        account: 'APP',
      }),
    ).toEqual({
      max_age: 1_500_000_000,
      max_bytes: 1024,
      compression: 's2',
      republish: { dest: 'x.>', headers_only: true },
      consumer_limits: { inactive_threshold: 1_000_000_000 },
      sealed: true,
    });
    expect(
      consumerConfig({ deliver: 'last-per-subject', storage: 'memory', backoff: [1, 2], ackWait: 30_000 }),
    ).toEqual({ deliver_policy: 'last_per_subject', mem_storage: true, backoff: [1_000_000, 2_000_000] });
  });

  it('name one filter as the server does, and several as they are', () => {
    expect(consumerConfig({ filters: ['a'] })).toEqual({ filter_subject: 'a' });
    expect(consumerConfig({ filters: ['a', 'b'] })).toEqual({ filter_subjects: ['a', 'b'] });
  });

  it('say since when the server knows them, also a word of a choice', () => {
    const since = (declared: object) => consumerSettingsOf({ ...declared }).map((one) => one.since);
    expect(since({ priorityPolicy: 'overflow' })).toEqual(['2.11']);
    expect(since({ priorityPolicy: 'prioritized' })).toEqual(['2.12']);
    expect(since({ ackWait: 1000 })).toEqual([undefined]);
  });
});
