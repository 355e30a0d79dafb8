import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import { WILDCARD_TEMPLATE_PATTERN } from '../../support/subject-template.ts';

export const permissionsSchema = strictObject(
  {
    kind: Type.Literal('permissions'),
    cluster: address('cluster', 'The cluster that the users connect to.'),
    subjects: Type.Array(
      Type.String({
        pattern: WILDCARD_TEMPLATE_PATTERN,
        'x-expected':
          'a subject such as orders.new, a template such as orders.{new,old}, or a pattern such as orders.>',
        description:
          'A subject, a template of several, or a pattern with wildcards, which is only subscribed to.',
      }),
      {
        minItems: 1,
        uniqueItems: true,
        description:
          'What every user tries to publish on and to subscribe to. Nothing else may use these subjects; a stream that captures one stores the messages.',
      },
    ),
    every: defaulted(
      timeLimit('From the begin of one pass over all users and subjects to that of the next.'),
      '1s',
    ),
    within: defaulted(
      timeLimit('How long a pass may take: what a fault has kept from being tried until then is unknown.'),
      '20s',
    ),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Ends by itself after this many passes; left out: continues until the run stops it.',
      }),
    ),
  },
  'Every user of every account tries, again and again, to publish on each subject and to subscribe to it.',
);
export type PermissionsOptions = Static<typeof permissionsSchema>;
