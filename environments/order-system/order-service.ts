/**
 * OrderService: stores orders in Redis, once each, and announces them in the stream; one of a queue group.
 *
 * Each step may be done again without harm: an order is stored under its id, and announced with its id as that of the message,
 * so JetStream keeps one announcement (within the stream's window of duplicates). It answers only after both.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';
import type { Context } from '@opentelemetry/api';
import { runInstance, type Instance } from './instance.ts';
import { Limit } from './limit.ts';
import { headersOf } from './nats.ts';
import { QUEUE, placesOf, TIME_LEFT, type Answer, type Order } from './order.ts';
import { putOrder } from './store.ts';
import { contextOf, KIND, TRACEPARENT } from './tracing.ts';

await runInstance('order-service', (instance) => {
  const places = placesOf(instance.settings.region);
  const limit = new Limit(instance.settings.orders.concurrency);
  const begun = new Set<Promise<void>>();
  const requests = instance.nats.subscribe(places.create, {
    queue: QUEUE,
    callback: (error, message) => {
      if (error !== null) return;
      const handled = handle(instance, limit, message).finally(() => begun.delete(handled));
      begun.add(handled);
    },
  });
  return Promise.resolve({
    drain: async () => {
      // Other members of the group get what comes now.
      await requests.drain().catch(() => undefined);
      await Promise.allSettled(begun);
    },
  });
});

async function handle(instance: Instance, limit: Limit, message: Msg): Promise<void> {
  const { tracing, metrics, settings } = instance;
  const places = placesOf(settings.region);
  const from = performance.now();
  const leftMs = (): number =>
    Number(message.headers?.get(TIME_LEFT) ?? settings.orders.attemptMs) - (performance.now() - from);
  const parent = contextOf(message.headers?.get(TRACEPARENT));
  let answer: Answer;
  try {
    const order = message.json<Order>();
    answer = await tracing.span(
      `${places.create} process`,
      { kind: KIND.SERVER, parent, attributes: { 'messaging.system': 'nats', 'order.id': order.orderId } },
      (context) => limit.run(() => place(instance, order, leftMs, context)),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    answer = { kind: 'failed', by: settings.name, why };
  }
  metrics.request((performance.now() - from) / 1000, answer.kind !== 'failed');
  message.respond(JSON.stringify(answer));
}

/** @throws Error when there is no time left, or Redis or NATS does not do its part */
async function place(
  { redis, nats, tracing, metrics, settings }: Instance,
  order: Order,
  leftMs: () => number,
  parent: Context,
): Promise<Answer> {
  const { name, orders } = settings;
  const places = placesOf(settings.region);
  // Nobody waits for the answer any more, and another attempt is under way.
  if (leftMs() <= orders.workMs) throw new Error('the time was over before the order was begun');
  if (orders.workMs > 0) await sleep(orders.workMs);

  const stored = await tracing.span(
    'redis put order',
    { kind: KIND.CLIENT, parent, attributes: { 'db.system': 'redis' } },
    () => putOrder(redis, order, { replicas: orders.replicas, timeLeftMs: leftMs() }),
  );
  if (stored === 'other') return { kind: 'conflict', by: name };
  if (stored === 'same') metrics.count('repeated', 'Orders that were stored before.');

  await tracing.span(
    `${places.created} publish`,
    { kind: KIND.PRODUCER, parent, attributes: { 'messaging.system': 'nats' } },
    async (context) => {
      const timeout = Math.max(1, Math.ceil(leftMs()));
      const event = JSON.stringify({ orderId: order.orderId, by: name });
      await jetstream(nats, { timeout }).publish(places.created, event, {
        msgID: order.orderId,
        headers: headersOf(context),
        retries: 0,
      });
    },
  );
  return { kind: 'stored', by: name, isNew: stored === 'new' };
}
