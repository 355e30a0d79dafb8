import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { answers, reportOf } from '../../environments/order-system/health.ts';
import { Limit } from '../../environments/order-system/limit.ts';
import { Metrics } from '../../environments/order-system/metrics.ts';
import { placesOf, textOf, totalOf, type Order } from '../../environments/order-system/order.ts';
import { matched } from '../../environments/order-system/redis.ts';
import { readSettings } from '../../environments/order-system/settings.ts';
import { contextOf, traceparentOf } from '../../environments/order-system/tracing.ts';

const VARIABLES = {
  NAME: 'order-api-1',
  PORT: '5001',
  NATS_URLS: 'nats://127.0.0.1:4222,nats://127.0.0.1:4223',
  REDIS_SENTINELS: '127.0.0.1:26379',
  REDIS_ADDRESSES: '127.0.0.1:6379,127.0.0.1:6380',
};

describe('settings', () => {
  it('come from the environment variables', () => {
    const { name, port, nats, orders, traces } = readSettings({ ...VARIABLES, ORDER_WORK_MS: '20' });
    expect({ name, port }).toEqual({ name: 'order-api-1', port: 5001 });
    expect(nats).toEqual({ servers: ['nats://127.0.0.1:4222', 'nats://127.0.0.1:4223'] });
    expect(orders).toEqual({ deadlineMs: 6_000, attemptMs: 500, concurrency: 64, workMs: 20, replicas: 0 });
    expect(traces).toBeUndefined();
  });

  it('may name one Redis and no Sentinel', () => {
    const { redis } = readSettings({ ...VARIABLES, REDIS_SENTINELS: '', REDIS_ADDRESSES: '127.0.0.1:6379' });
    expect(redis).toEqual({ sentinels: [], addresses: ['127.0.0.1:6379'], master: 'orders' });
  });

  it('are refused with everything that is wrong', () => {
    expect(() => readSettings({ ...VARIABLES, NAME: undefined, PORT: 'http' })).toThrow(
      'wrong environment variables: NAME is not set; PORT is "http": expected a whole number from 1 to 65535',
    );
  });
});

describe('an order', () => {
  const order: Order = {
    orderId: 'o-1',
    customerId: 'c',
    items: [
      { productId: 'p', quantity: 2, price: 100 },
      { productId: 'q', quantity: 1, price: 0.5 },
    ],
  };

  it('costs what its items cost together', () => {
    expect(totalOf(order)).toBe(200.5);
  });

  it('is the same whatever the order of its fields, and another with another item', () => {
    const turned = {
      items: order.items.map(({ productId, quantity, price }) => ({ price, quantity, productId })),
      customerId: 'c',
      orderId: 'o-1',
    };
    expect(textOf(turned)).toBe(textOf(order));
    expect(textOf({ ...order, items: order.items.slice(1) })).not.toBe(textOf(order));
  });
});

describe('places of orders and events', () => {
  it('are apart for each region', () => {
    expect(placesOf('')).toEqual({
      create: 'orders.create',
      created: 'events.orders.created',
      stream: 'ORDERS',
    });
    expect(placesOf('east')).toEqual({
      create: 'orders.east.create',
      created: 'events.orders.east.created',
      stream: 'ORDERS_east',
    });
  });
});

describe('health', () => {
  it('is that of all parts, in the form of the guide', () => {
    expect(reportOf({ core: true, nats: true, redis: true })).toEqual({
      status: 'Healthy',
      checks: { Core_Health_Check: 'Healthy', NATS_Connection: 'Healthy', Redis_Connection: 'Healthy' },
    });
    expect(reportOf({ core: true, nats: true, redis: false })).toEqual({
      status: 'Unhealthy',
      checks: { Core_Health_Check: 'Healthy', NATS_Connection: 'Healthy', Redis_Connection: 'Unhealthy' },
    });
  });

  it('is not that of a part that fails', async () => {
    expect(await answers(Promise.resolve('PONG'))).toBe(true);
    expect(await answers(Promise.reject(new Error('closed')))).toBe(false);
  });
});

describe('metrics', () => {
  it('count requests and failures, and sort durations into buckets', () => {
    const metrics = new Metrics({ service: 'order-api', replica: 'order-api-1' });
    metrics.request(0.02, true);
    metrics.request(0.2, false);
    const lines = metrics.text().split('\n');
    const labels = 'service="order-api",replica="order-api-1"';
    expect(lines).toContain(`order_system_requests_total{${labels}} 2`);
    expect(lines).toContain(`order_system_requests_failed_total{${labels}} 1`);
    const bucket = (le: string) => `order_system_request_duration_seconds_bucket{${labels},le="${le}"}`;
    expect(lines).toContain(`${bucket('0.01')} 0`);
    expect(lines).toContain(`${bucket('0.025')} 1`);
    expect(lines).toContain(`${bucket('0.25')} 2`);
    expect(lines).toContain(`${bucket('+Inf')} 2`);
  });
});

describe('a limit', () => {
  it('lets so many run, and the next one as soon as one has ended', async () => {
    const limit = new Limit(2);
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const all = [1, 2, 3].map((n) =>
      limit.run(async () => {
        started.push(n);
        await new Promise<void>((end) => ends.push(end));
      }),
    );
    await Promise.resolve();
    expect(started).toEqual([1, 2]);
    ends[0]!();
    await all[0];
    expect(started).toEqual([1, 2, 3]);
    ends.slice(1).forEach((end) => end());
    await Promise.all(all);
    expect(limit.pending).toBe(0);
  });

  it('goes on after a task that fails', async () => {
    const limit = new Limit(1);
    const failing = limit.run(() => Promise.reject(new Error('no')));
    const next = limit.run(() => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('done');
  });
});

describe('the header of a trace', () => {
  const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('is what it was after it has been carried', () => {
    expect(traceparentOf(contextOf(header))).toBe(header);
  });

  it('begins a new trace where it is missing or wrong', () => {
    for (const wrong of [
      undefined,
      '',
      'x',
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      header.toUpperCase(),
    ])
      expect(trace.getSpanContext(contextOf(wrong)), wrong).toBe(trace.getSpanContext(ROOT_CONTEXT));
  });
});

describe('addresses of Redis', () => {
  it('are matched by the identity that both sides report', () => {
    const named = [
      { address: '10.0.0.1:6379', runId: 'a' },
      { address: '10.0.0.2:6379', runId: 'b' },
    ];
    const reached = [
      { address: '127.0.0.1:7002', runId: 'b' },
      { address: '127.0.0.1:7001', runId: 'a' },
      { address: '127.0.0.1:7003', runId: 'c' },
    ];
    expect([...matched(named, reached)]).toEqual([
      ['10.0.0.1:6379', { host: '127.0.0.1', port: 7001 }],
      ['10.0.0.2:6379', { host: '127.0.0.1', port: 7002 }],
    ]);
  });
});
