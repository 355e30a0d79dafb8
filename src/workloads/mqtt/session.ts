import type { MqttClient } from 'mqtt';
import { ChaosError } from '../../support/errors.ts';
import { connectMqtt } from '../../nats/mqtt.ts';
import type { WorkloadContext } from '../workload.ts';

/** The session of a workload: its name is that of no other workload and of no other run. */
export function openSession(ctx: WorkloadContext, node: string | undefined): Promise<MqttClient> {
  const { servers, access } = ctx.reach;
  if (access.nkeySeed !== undefined)
    throw new ChaosError(
      'failed',
      `${ctx.name}: an MQTT client logs in with a password, and its user has an NKey`,
      {
        hint: 'choose another one with `user`',
      },
    );
  return connectMqtt({
    servers: servers.filter((one) => node === undefined || one.node === node).map(({ server }) => server),
    user: access.user,
    pass: access.pass,
    clientId: `${ctx.runId}-${ctx.name}`,
    signal: ctx.signal,
  });
}
