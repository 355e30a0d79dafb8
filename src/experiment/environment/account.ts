import { defaulted, size, strictObject, Type } from '../../support/schema.ts';
import { namedRecord } from '../common-schema.ts';

export const account = strictObject(
  {
    jetstream: defaulted(Type.Boolean({ description: 'Whether the account may use JetStream.' }), false),
    maxFile: Type.Optional(
      size('Most file storage that the account may use in each cluster, every replica counted.'),
    ),
    maxMemory: Type.Optional(
      size('Most memory storage that the account may use in each cluster, every replica counted.'),
    ),
    system: defaulted(
      Type.Boolean({ description: 'Whether this is the system account; it carries no JetStream.' }),
      false,
    ),
    users: Type.Optional(
      namedRecord<{ password: string }>(
        strictObject(
          {
            password: Type.String({
              minLength: 1,
              description: 'The password; may be ${VAR} or ${secrets.NAME}.',
            }),
          },
          'How a user proves who it is.',
        ),
        'The users of the account, by name; workloads connect as the first.',
        { minProperties: 1 },
      ),
    ),
  },
  'An account: what it may use, and its users.',
);
