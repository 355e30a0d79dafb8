import { defaulted, rate, size, strictObject, Type, type Static } from '../../support/schema.ts';
import { TEMPLATE_PATTERN } from '../../support/subject-template.ts';
import { countField, pauseAtField } from '../fields.ts';
import { coreFields } from './fields.ts';

export const corePublishSchema = strictObject(
  {
    kind: Type.Literal('core-publish'),
    cluster: coreFields.cluster,
    subject: Type.String({
      pattern: TEMPLATE_PATTERN,
      'x-expected': 'a subject, or a template of subjects, such as news.{eu,us}',
      description: 'The subject, or a template of subjects that messages take in turn: news.{eu,us}.',
    }),
    rate: defaulted(rate('How many messages it sends.'), '100/s'),
    count: countField,
    pauseAt: pauseAtField,
    size: defaulted(
      { ...size('Size of the message body, from 64B to 1MiB.'), 'x-minimum': '64B', 'x-maximum': '1MiB' },
      '256B',
    ),
    account: coreFields.account,
    node: coreFields.node,
    user: coreFields.user,
    websocket: coreFields.websocket,
  },
  'Publishes numbered messages by core NATS, which nobody stores or acknowledges.',
);
export type CorePublishOptions = Static<typeof corePublishSchema>;
