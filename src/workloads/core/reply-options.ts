import { defaulted, duration, percentage, strictObject, Type, type Static } from '../../support/schema.ts';
import { coreFields, membersField, subjectField } from './fields.ts';

export const replySchema = strictObject(
  {
    kind: Type.Literal('reply'),
    cluster: coreFields.cluster,
    subject: subjectField('The subject whose requests it answers.'),
    queue: defaulted(
      Type.String({
        pattern: '^[^\\s]+$',
        'x-expected': 'the name of a queue group, without spaces',
        description: 'The queue group of its members: each request goes to one of them.',
      }),
      'q',
    ),
    members: membersField,
    delay: defaulted(duration('How long it works on each request.'), '0ms'),
    errors: defaulted(
      percentage('The share of requests that it answers with an error, chosen by the number of the request.'),
      '0%',
    ),
    account: coreFields.account,
    node: coreFields.node,
    user: coreFields.user,
    websocket: coreFields.websocket,
  },
  'Answers requests by core NATS with what they contain, as the members of a queue group.',
);
export type ReplyOptions = Static<typeof replySchema>;
