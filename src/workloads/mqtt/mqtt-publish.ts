import type { Workload } from '../workload.ts';
import { mqttPublishSchema, type MqttPublishOptions } from './options.ts';

export const mqttPublish: Workload<typeof mqttPublishSchema> = {
  kind: 'mqtt-publish',
  withoutStream: true,
  summary: 'Publishes numbered messages by MQTT, acknowledged (QoS 1) or not (QoS 0)',
  proof:
    'Every message is written to the history with its outcome. With QoS 1 it is ok once a server has acknowledged it, and unknown without an answer, as it may be sent again by the client after a reconnect; with QoS 0 it is ok once it is handed to an open connection. Without a connection it is failed. A run in which nothing was sent is inconclusive.',
  example: '{ kind: mqtt-publish, cluster: qa1a, topic: sensors/kitchen, rate: 50/s }',
  schema: mqttPublishSchema,
  target: ({ cluster, topic }: MqttPublishOptions) => `${cluster}/${topic.replaceAll('/', '.')}`,
  pace: ({ rate, count }: MqttPublishOptions) => ({
    everyMs: 1000 / rate,
    ...(count === undefined ? {} : { count }),
  }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the MQTT client.
    const { startMqttPublish } = await import('./publishing.ts');
    return startMqttPublish(ctx, options);
  },
};
