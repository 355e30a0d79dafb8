import { strictObject, Type, type Static } from '../../support/schema.ts';
import { coreFields, membersField, subjectField } from './fields.ts';

export const coreSubscribeSchema = strictObject(
  {
    kind: Type.Literal('core-subscribe'),
    cluster: coreFields.cluster,
    subject: subjectField('The subject, or a pattern of subjects such as news.>, that it subscribes to.'),
    queue: Type.Optional(
      Type.String({
        pattern: '^[^\\s]+$',
        'x-expected': 'the name of a queue group, without spaces',
        description: 'The queue group of its members: each message goes to one of them. Left out: none.',
      }),
    ),
    members: membersField,
    account: coreFields.account,
    node: coreFields.node,
    user: coreFields.user,
    websocket: coreFields.websocket,
  },
  'Subscribes to a subject of core NATS, without any stream, alone or with others of a queue group.',
);
export type CoreSubscribeOptions = Static<typeof coreSubscribeSchema>;
