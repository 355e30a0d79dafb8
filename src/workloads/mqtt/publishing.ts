import type { MqttClient } from 'mqtt';
import { ACKNOWLEDGED } from '../../history/publish-log.ts';
import { closeMqtt } from '../../nats/mqtt.ts';
import { messageOf } from '../../support/errors.ts';
import { bodyOf, demandRoom, identityOf } from '../../support/message-body.ts';
import type { Milliseconds } from '../../support/units.ts';
import { RunningClients, type GivenUp } from '../clients.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext } from '../workload.ts';
import type { MqttPublishOptions } from './options.ts';
import { openSession } from './session.ts';

/** The largest number that an identity may have. */
const LAST_N = 2 ** 32 - 1;
/** How many messages may wait for their acknowledgement: identifiers of MQTT are 16 bits. */
const IN_FLIGHT = 1000;
const NO_CONNECTION = 'it had no connection';

type Outcome = { outcome: 'ok' } | { outcome: 'failed' | 'unknown'; error: string };

/** Begins to publish. @throws ChaosError when it cannot connect, or the size is too small for an identity */
export async function startMqttPublish(
  ctx: WorkloadContext,
  { cluster, topic, qos, rate, count, size, timeout, node }: MqttPublishOptions,
): Promise<RunningWorkload> {
  demandRoom(identityOf(ctx.runId, ctx.name, LAST_N), size);
  const client = await openSession(ctx, node);
  const tally = new Tally();
  const log = ctx.history.publishes(ctx.name);
  let giveUp: (why: GivenUp) => void = () => undefined;
  const givenUp = new Promise<GivenUp>((resolve) => (giveUp = resolve));
  let values = 0;
  const act = async (due: Milliseconds): Promise<void> => {
    const n = ++values;
    const t = ctx.elapsedMs();
    const body = bodyOf(identityOf(ctx.runId, ctx.name, n), size);
    const result: Outcome = client.connected
      ? await Promise.race([publish(client, topic, body, qos, timeout), givenUp])
      : { outcome: 'failed', error: NO_CONNECTION };
    const tookMs = ctx.elapsedMs() - t;
    const status = result.outcome === 'ok' ? ACKNOWLEDGED : log.codeOf({ ...result, attempts: 1 });
    log.append(n, t, t - due, tookMs, 0, status);
    if (result.outcome === 'ok') tally.count(t, 'ok', t - due + tookMs, tookMs);
    else {
      tally.count(t, result.outcome);
      tally.error(result.error);
    }
  };
  return new RunningClients({
    ctx,
    kind: 'mqtt-publish',
    target: `${cluster}/${topic.replaceAll('/', '.')}`,
    tally,
    connections: [closeMqtt(client)],
    clients: [{ act }],
    rate,
    count,
    atOnce: IN_FLIGHT,
    giveUp,
  });
}

/** After a reconnect the client sends again what has no acknowledgement, so without one nothing is known. */
function publish(
  client: MqttClient,
  topic: string,
  body: Uint8Array,
  qos: 0 | 1,
  timeoutMs: Milliseconds,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ outcome: 'unknown', error: `no answer within ${timeoutMs} ms` });
    }, timeoutMs);
    client.publish(topic, Buffer.from(body), { qos }, (error) => {
      clearTimeout(timer);
      if (!error) resolve({ outcome: 'ok' });
      else resolve({ outcome: qos === 0 ? 'failed' : 'unknown', error: messageOf(error) });
    });
  });
}
