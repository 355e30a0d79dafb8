/**
 * NotificationService: notifies of every order that was created, each instance for itself, and notes it in Redis.
 *
 * An event is acknowledged once it is noted. One that comes again is not noted again. `GET /notifications` answers with the ids
 * in the order in which they were noted: `{ "instance": "1", "notified": ["…"] }`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { runInstance, say, type Instance } from './instance.ts';
import { placesOf } from './order.ts';
import { idsIn, noteNotification, notificationsOf } from './store.ts';
import { contextOf, KIND, TRACEPARENT } from './tracing.ts';

/** How many events are asked for at once. */
const AHEAD = 200;
const AGAIN_MS = 250;

await runInstance('notification-service', (instance) => {
  const number = /\d+$/.exec(instance.settings.name)?.[0] ?? '1';
  const begun = new Set<Promise<void>>();
  const reading = readEvents(instance, `notification-${number}`, (message) => {
    const handled = notify(instance, number, message).finally(() => begun.delete(handled));
    begun.add(handled);
  });
  instance.http.get('/notifications', async (_request, reply) => {
    try {
      return { instance: number, notified: await idsIn(instance.redis, notificationsOf(number)) };
    } catch (error) {
      return reply.code(503).send({ error: error instanceof Error ? error.message : String(error) });
    }
  });
  return Promise.resolve({
    drain: async () => {
      await reading.stop();
      await Promise.allSettled(begun);
    },
  });
});

/** Reads from the durable consumer of this instance; begins again when the reading ends by an error. */
function readEvents(
  { nats, settings }: Instance,
  durable: string,
  take: (message: JsMsg) => void,
): { stop: () => Promise<void> } {
  const { stream } = placesOf(settings.region);
  const ending = new AbortController();
  let messages: ConsumerMessages | undefined;
  const read = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        const consumer = await jetstream(nats).consumers.get(stream, durable);
        messages = await consumer.consume({ max_messages: AHEAD, expires: 5_000, idle_heartbeat: 1_000 });
        for await (const message of messages) take(message);
      } catch (error) {
        say(`${settings.name} reads ${durable} again: ${error instanceof Error ? error.message : String(error)}`);
      }
      await sleep(AGAIN_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const ended = read();
  return {
    stop: async () => {
      ending.abort();
      await messages?.close();
      await ended;
    },
  };
}

async function notify({ redis, tracing, metrics, settings }: Instance, number: string, message: JsMsg): Promise<void> {
  const from = performance.now();
  const seconds = (): number => (performance.now() - from) / 1000;
  const parent = contextOf(message.headers?.get(TRACEPARENT));
  const places = placesOf(settings.region);
  const attributes = { 'messaging.system': 'nats' };
  try {
    await tracing.span(`${places.created} process`, { kind: KIND.CONSUMER, parent, attributes }, async (context) => {
      const { orderId } = message.json<{ orderId: string }>();
      const isNew = await tracing.span(
        'redis note notification',
        { kind: KIND.CLIENT, parent: context, attributes: { 'db.system': 'redis' } },
        () => noteNotification(redis, number, orderId),
      );
      if (!isNew) metrics.count('repeated', 'Events that had been noted before.');
      message.ack();
    });
    metrics.request(seconds(), true);
  } catch {
    metrics.request(seconds(), false);
    message.nak(AGAIN_MS);
  }
}
