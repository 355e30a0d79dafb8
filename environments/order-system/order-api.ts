/**
 * OrderApi: takes orders over HTTP and has OrderService store them, over NATS.
 *
 * `POST /api/orders` answers 201 once the order is stored and announced, 200 when the same order was before, 409 when another
 * order has its id, and 503 when there was no success within the deadline; then it may or may not be stored, and can be
 * sent again with the same id. The id is `orderId` of the body, or else the header `Idempotency-Key`. `GET /api/orders/:id` answers 200, 404 or 503.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@opentelemetry/api';
import { runInstance, type Instance } from './instance.ts';
import { headersOf } from './nats.ts';
import { ORDER_ID, ORDER_SCHEMA, placesOf, TIME_LEFT, totalOf, type Answer, type Order } from './order.ts';
import { withRetries } from './retry.ts';
import { getOrder } from './store.ts';
import { contextOf, KIND, TRACEPARENT } from './tracing.ts';

const RETRIES = { attempts: 20, pauseMs: 20, longestPauseMs: 500 };

interface Reply {
  status: number;
  body: object;
}

await runInstance('order-api', (instance) => {
  const { http, metrics, redis, tracing } = instance;

  http.post<{ Body: Omit<Order, 'orderId'> & { orderId?: string } }>(
    '/api/orders',
    { schema: { body: ORDER_SCHEMA } },
    async ({ body, headers }, reply) => {
      const from = performance.now();
      const orderId = body.orderId ?? oneOf(headers['idempotency-key']) ?? randomUUID();
      if (!ORDER_ID.test(orderId)) return reply.code(400).send({ error: `no id of an order: ${orderId}` });
      const order: Order = { ...body, orderId };
      const parent = contextOf(oneOf(headers[TRACEPARENT]));
      const made = await tracing.span(
        'POST /api/orders',
        { kind: KIND.SERVER, parent, attributes: { 'order.id': order.orderId } },
        (context) => createOrder(instance, order, context),
      );
      metrics.request((performance.now() - from) / 1000, made.status < 500);
      return reply.code(made.status).send(made.body);
    },
  );

  http.get<{ Params: { id: string } }>('/api/orders/:id', async ({ params: { id } }, reply) => {
    try {
      const order = await getOrder(redis, id);
      return await (order === null ? reply.code(404).send({ error: 'no such order' }) : reply.send(order));
    } catch (error) {
      return reply.code(503).send({ error: messageOf(error) });
    }
  });

  // Requests that were begun are completed by the HTTP server.
  return Promise.resolve({ drain: () => Promise.resolve() });
});

async function createOrder(instance: Instance, order: Order, parent: Context): Promise<Reply> {
  const { metrics } = instance;
  const { deadlineMs, attemptMs } = instance.settings.orders;
  const timing = { now: () => performance.now(), sleep: (ms: number) => sleep(ms), random: Math.random };
  try {
    const answer = await withRetries({ ...RETRIES, deadlineMs, attemptMs, ...timing }, async (timeLeftMs, number) => {
      if (number > 1) metrics.count('retries', 'Attempts after the first one.');
      return attempt(instance, order, { timeLeftMs, number, parent });
    });
    if (answer.kind === 'conflict')
      return { status: 409, body: { error: `another order has the id ${order.orderId}` } };
    const body = { orderId: order.orderId, status: 'created', total: totalOf(order), handledBy: answer.by };
    return { status: answer.isNew ? 201 : 200, body };
  } catch (error) {
    return { status: 503, body: { orderId: order.orderId, error: messageOf(error) } };
  }
}

/** Asks one OrderService, which the queue group chooses. @throws Error without a definite answer */
async function attempt(
  { nats, tracing, settings }: Instance,
  order: Order,
  { timeLeftMs, number, parent }: { timeLeftMs: number; number: number; parent: Context },
): Promise<Exclude<Answer, { kind: 'failed' }>> {
  const places = placesOf(settings.region);
  return tracing.span(
    `${places.create} request`,
    { kind: KIND.CLIENT, parent, attributes: { 'messaging.system': 'nats', 'order.attempt': number } },
    async (context) => {
      const timeout = Math.ceil(timeLeftMs);
      const headers = headersOf(context, { [TIME_LEFT]: String(timeout) });
      const reply = await nats.request(places.create, JSON.stringify(order), { timeout, headers });
      const answer = reply.json<Answer>();
      if (answer.kind === 'failed') throw new Error(`${answer.by}: ${answer.why}`);
      return answer;
    },
  );
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
