import type { Workload } from '../workload.ts';
import { mqttSubscribeSchema, type MqttSubscribeOptions } from './options.ts';

export const mqttSubscribe: Workload<typeof mqttSubscribeSchema> = {
  kind: 'mqtt-subscribe',
  receives: true,
  withoutStream: true,
  summary: 'Subscribes to topics by MQTT, in a session that servers keep while it is away',
  proof:
    'Every message that comes is written to the history with its publisher and number. While it is paused it is away, and its session stays. A run in which it received nothing is inconclusive.',
  example: '{ kind: mqtt-subscribe, cluster: qa1a, topic: sensors/# }',
  schema: mqttSubscribeSchema,
  target: ({ cluster, topic }: MqttSubscribeOptions) => `${cluster}/${topic.replaceAll('/', '.')}`,
  pace: () => ({ everyMs: 0, acknowledges: false }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the MQTT client.
    const { startMqttSubscribe } = await import('./subscribing.ts');
    return startMqttSubscribe(ctx, options);
  },
};
