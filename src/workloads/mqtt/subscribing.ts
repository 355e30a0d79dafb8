import type { MqttClient } from 'mqtt';
import { DELIVERED, type DeliveryLog } from '../../history/delivery-log.ts';
import type { WorkloadRecord } from '../../history/workload-record.ts';
import { closeMqtt } from '../../nats/mqtt.ts';
import { Sender } from '../../nats/sender.ts';
import { sleep, withDeadline } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import { closeAll } from '../clients.ts';
import { markIn } from '../marking.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from '../workload.ts';
import type { MqttSubscribeOptions } from './options.ts';
import { openSession } from './session.ts';

const SUBSCRIBED_MS: Milliseconds = 10_000;
/** What is under way has arrived, once nothing has come for this long. */
const QUIET_MS: Milliseconds = 1_000;
/** How long that may take. */
const LEFT_MS: Milliseconds = 10_000;

/** Begins to receive. @throws ChaosError when it cannot connect or subscribe */
export async function startMqttSubscribe(
  ctx: WorkloadContext,
  options: MqttSubscribeOptions,
): Promise<RunningWorkload> {
  const client = await openSession(ctx, options.node);
  const running = new Subscribing(ctx, client, options);
  try {
    const subscribing = client.subscribeAsync(options.topic, { qos: options.qos });
    await withDeadline(subscribing, SUBSCRIBED_MS, `the subscription of ${ctx.name}`);
  } catch (error) {
    await closeAll([closeMqtt(client)]);
    throw error;
  }
  markIn(ctx, 'started');
  return running;
}

/** Takes messages until it is stopped; the client acknowledges each one that it has been given. */
class Subscribing implements RunningWorkload {
  readonly #ctx: WorkloadContext;
  readonly #client: MqttClient;
  readonly #options: MqttSubscribeOptions;
  readonly #sender: Sender;
  readonly #log: DeliveryLog;
  readonly #tally = new Tally();
  #state: 'running' | 'paused' | 'stopped' = 'running';
  #lastAt = 0;
  #stopping: Promise<void> | undefined;

  constructor(ctx: WorkloadContext, client: MqttClient, options: MqttSubscribeOptions) {
    this.#ctx = ctx;
    this.#client = client;
    this.#options = options;
    this.#sender = new Sender(ctx.runId, ctx.publishers);
    this.#log = ctx.history.deliveries(ctx.name);
    client.on('message', (_topic, body) => this.#take(body));
  }

  progress(): WorkloadProgress {
    const { ok: done, failed, unknown } = this.#tally.totals;
    const paused = this.#state === 'paused';
    return { done, failed, unknown, paused, finished: this.#state === 'stopped' };
  }

  /** It goes away; the servers keep its session, and with QoS 1 what comes for it. */
  async pause(): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    await this.#client.endAsync();
    markIn(this.#ctx, 'paused', `on request, after ${this.#tally.totals.ok} messages`);
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#client.reconnect();
    markIn(this.#ctx, 'resumed');
  }

  stop(giveUp?: AbortSignal): Promise<void> {
    this.#stopping ??= this.#stop(giveUp);
    return this.#stopping;
  }

  record(): WorkloadRecord {
    const { cluster, topic } = this.#options;
    return this.#tally.record(this.#ctx.name, 'mqtt-subscribe', `${cluster}/${topic.replaceAll('/', '.')}`);
  }

  #take(body: Uint8Array): void {
    const t = this.#ctx.elapsedMs();
    this.#lastAt = performance.now();
    this.#sender.read(body);
    // There is no stream that it could see, and so no sequence.
    this.#log.append(t, 0, this.#sender.by, this.#sender.n, 1, 0, DELIVERED);
    this.#tally.count(t, 'ok');
  }

  async #stop(giveUp: AbortSignal | undefined): Promise<void> {
    const t = this.#ctx.elapsedMs();
    await this.#takeTheRest(giveUp);
    this.#state = 'stopped';
    await closeAll([closeMqtt(this.#client)]);
    markIn(this.#ctx, 'stopped', `after ${this.#tally.totals.ok} messages`, t);
  }

  /** Whoever sends has ended by now. */
  async #takeTheRest(giveUp: AbortSignal | undefined): Promise<void> {
    const from = performance.now();
    const isOver = () =>
      giveUp?.aborted === true || this.#ctx.signal.aborted || performance.now() > from + LEFT_MS;
    while (!isOver()) {
      const quietMs = performance.now() - Math.max(this.#lastAt, from);
      if (this.#client.connected && quietMs >= QUIET_MS) return;
      await sleep(QUIET_MS / 5);
    }
  }
}
