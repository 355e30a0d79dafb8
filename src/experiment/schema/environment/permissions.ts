import { defaulted, duration, strictObject, Type } from '../../../support/schema.ts';
import { EXPECTED } from '../common.ts';

const SUBJECT = '[^\\s.]+(\\.[^\\s.]+)*';

const publishSubject = Type.String({
  pattern: `^${SUBJECT}$`,
  [EXPECTED]: 'a subject: words joined by ".", such as orders.new or orders.>',
  description: 'A subject, which may have wildcards.',
});
const subscribeSubject = Type.String({
  pattern: `^${SUBJECT}( [^\\s]+)?$`,
  [EXPECTED]: 'a subject such as orders.>, or a subject and a queue group such as "orders.> workers"',
  description: 'A subject, which may have wildcards; with a queue group after a space, only for that group.',
});

const rights = (subject: typeof publishSubject, description: string) =>
  Type.Optional(
    strictObject(
      {
        allow: Type.Optional(
          Type.Array(subject, {
            description: 'What is allowed; an empty list allows nothing. Left out: all that is not denied.',
          }),
        ),
        deny: Type.Optional(
          Type.Array(subject, { minItems: 1, description: 'What is denied, even where it is allowed too.' }),
        ),
      },
      description,
    ),
  );

/** What a user may do. */
export const permissions = (description: string) =>
  strictObject(
    {
      publish: rights(publishSubject, 'On which subjects it may publish; left out: on all of them.'),
      subscribe: rights(subscribeSubject, 'Which subjects it may subscribe to; left out: all of them.'),
      responses: Type.Optional(
        strictObject(
          {
            max: defaulted(
              Type.Integer({ minimum: 1, description: 'How many answers it may give to a request.' }),
              1,
            ),
            expires: defaulted(duration('How long after a request it may answer.'), '2m'),
          },
          'It may answer requests that reach it. Without a list of what it may publish, it may then publish nothing else.',
        ),
      ),
    },
    description,
  );
