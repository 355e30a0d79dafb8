import { describe, expect, it } from 'vitest';
import { mirrorLags, serverMetrics, type ScrapedServer } from '../../../src/report/forms/server-metrics.ts';
import type { ServerFigures } from '../../../src/support/server-figures.ts';

const replica = (stream: string, lastSeq: number, more: object = {}) => ({
  ...{
    account: 'APP',
    stream,
    messages: lastSeq,
    bytes: 10 * lastSeq,
    lastSeq,
    consumers: 1,
    isLeader: false,
  },
  ...more,
});

const figures = (...replicas: ReturnType<typeof replica>[]): ServerFigures => ({
  ...{ version: '2.12.3', uptimeS: 12, memoryBytes: 1e7, cpuPercent: 3, connections: 4, totalConnections: 9 },
  ...{ subscriptions: 60, slowConsumers: 0, sentMessages: 1, sentBytes: 2, receivedMessages: 3 },
  ...{ receivedBytes: 4, routes: 8, leafnodes: 0 },
  jetstream: {
    ...{ streams: 1, consumers: 1, messages: 17, bytes: 170, memoryBytes: 0, storageBytes: 170 },
    ...{ apiRequests: 5, apiErrors: 1, metaLeader: 'n1', replicas },
    ledConsumers: [{ account: 'APP', stream: 's', consumer: 'w', pending: 3, ackPending: 2, redelivered: 1 }],
  },
});
const server = (cluster: string, name: string, of: ServerFigures | null): ScrapedServer => ({
  cluster,
  server: name,
  figures: of,
});

/** The samples of a text, without its comments. */
const samples = (text: string): string[] => text.split('\n').filter((line) => /^[^#]/.test(line));

describe('the metrics of servers', () => {
  const text = serverMetrics([
    server('a', 'n1', figures(replica('s', 17, { isLeader: true }))),
    server('a', 'n2', null),
  ]);

  it('have one series for each server, under the names that dashboards ask for', () => {
    expect(samples(text)).toEqual(
      expect.arrayContaining([
        'nats_chaos_server_up{cluster="a",server="n1"} 1',
        'nats_core_mem_bytes{cluster="a",server="n1"} 10000000',
        'nats_core_conn_count{cluster="a",server="n1"} 4',
        'nats_core_sub_count{cluster="a",server="n1"} 60',
        'nats_jetstream_messages_total{cluster="a",server="n1"} 17',
        'nats_jetstream_meta_leader{cluster="a",server="n1"} 1',
        'nats_jetstream_consumer_num_pending{cluster="a",server="n1",account="APP",stream="s",consumer="w"} 3',
        'nats_jetstream_stream_leader{cluster="a",server="n1",account="APP",stream="s"} 1',
      ]),
    );
  });

  it('say of a server that does not answer only that', () => {
    expect(samples(text).filter((line) => line.includes('"n2"'))).toEqual([
      'nats_chaos_server_up{cluster="a",server="n2"} 0',
    ]);
  });

  it('leave out JetStream where it is off, and not the server', () => {
    const { jetstream, ...core } = figures();
    expect(jetstream).toBeDefined();
    const without = samples(serverMetrics([server('a', 'n1', core)]));
    expect(without).toContain('nats_core_conn_count{cluster="a",server="n1"} 4');
    expect(without.filter((line) => line.startsWith('nats_jetstream'))).toEqual([]);
  });
});

describe('the true lag of a mirror', () => {
  const pair = {
    mirror: { cluster: 'b', account: 'APP', stream: 'm' },
    origin: { cluster: 'a', account: 'APP', stream: 's' },
  };
  const lag = (...servers: ScrapedServer[]): string[] => samples(mirrorLags([pair], servers));

  it('is by the furthest replica of either side', () => {
    const origin = [
      server('a', 'n1', figures(replica('s', 90))),
      server('a', 'n2', figures(replica('s', 100))),
    ];
    const mirror = server('b', 'm1', figures(replica('m', 70)));
    expect(lag(...origin, mirror)).toEqual(['nats_chaos_mirror_lag{mirror="b/m",origin="a/s"} 30']);
    // A stream of the same name in another account is another one.
    const other = server('b', 'm2', figures(replica('m', 95, { account: 'X' })));
    expect(lag(...origin, mirror, other)).toEqual(['nats_chaos_mirror_lag{mirror="b/m",origin="a/s"} 30']);
  });

  it('is left out where one side is not known', () => {
    expect(lag(server('a', 'n1', figures(replica('s', 5))), server('b', 'm1', null))).toEqual([]);
    expect(lag(server('a', 'n1', null), server('b', 'm1', figures(replica('m', 5))))).toEqual([]);
    expect(lag(server('a', 'n1', figures()), server('b', 'm1', figures(replica('m', 5))))).toEqual([]);
  });
});
