import {
  address,
  defaulted,
  rate,
  size,
  strictObject,
  timeLimit,
  Type,
  type Static,
} from '../../support/schema.ts';
import { countField, nodeField, userField } from '../fields.ts';

const qosField = (description: string) =>
  defaulted(Type.Unsafe<0 | 1>({ type: 'integer', enum: [0, 1], description }), 1);

const common = {
  cluster: address('cluster', 'The cluster that it connects to; it has `mqtt: true`.'),
  account: Type.Optional(
    address('account', 'The account that it connects as; left out: the first one with JetStream.'),
  ),
  node: nodeField,
  user: userField,
};

export const mqttPublishSchema = strictObject(
  {
    kind: Type.Literal('mqtt-publish'),
    topic: Type.String({
      pattern: '^[^\\s#+/$][^\\s#+]*$',
      'x-expected': 'a topic without "#" and "+", such as sensors/kitchen',
      description: 'The topic; for clients of NATS it is a subject, with "." in place of "/".',
    }),
    qos: qosField(
      'With 1 each message is acknowledged once the servers have stored it; with 0 it is only sent.',
    ),
    rate: defaulted(rate('How many messages it sends.'), '100/s'),
    count: countField,
    size: defaulted(
      { ...size('Size of the message body, from 64B to 1MiB.'), 'x-minimum': '64B', 'x-maximum': '1MiB' },
      '256B',
    ),
    timeout: defaulted(
      timeLimit('How long an acknowledgement may take; after that the outcome of the message is unknown.'),
      '30s',
    ),
    ...common,
  },
  'Publishes numbered messages by MQTT, in a session that lasts.',
);
export type MqttPublishOptions = Static<typeof mqttPublishSchema>;

export const mqttSubscribeSchema = strictObject(
  {
    kind: Type.Literal('mqtt-subscribe'),
    topic: Type.String({
      pattern: '^[^\\s$]+$',
      'x-expected': 'a topic, or a filter of topics, such as sensors/#',
      description: 'The topic, or a filter of topics, that it subscribes to.',
    }),
    qos: qosField(
      'With 1 each message comes at least once, also what is published while it is away; with 0 at most once.',
    ),
    ...common,
  },
  'Subscribes to topics by MQTT, in a session that lasts.',
);
export type MqttSubscribeOptions = Static<typeof mqttSubscribeSchema>;
