import { defaulted, strictObject, Type, type Static } from '../../../support/schema.ts';
import { EXPECTED, NAME, namedRecord } from '../common.ts';
import { jetstreamLimits, limits } from './account-limits.ts';
import { identity } from './identity.ts';
import { permissions } from './permissions.ts';
import { mappings, sharingFields } from './sharing.ts';

/** One for all clusters, or one for each. */
const password = Type.Unsafe<string | Record<string, string>>({
  type: ['string', 'object'],
  minLength: 1,
  minProperties: 1,
  propertyNames: NAME,
  additionalProperties: {
    type: 'string',
    minLength: 1,
    description: 'The password in this cluster; may be ${VAR} or ${secrets.NAME}.',
  },
  [EXPECTED]: 'a password, or a map from every cluster to its password',
  description:
    'The password; may be ${VAR} or ${secrets.NAME}. Where it differs, a map from every cluster to its own: { cluster1: one, cluster2: two }.',
});

const user = strictObject(
  {
    password: Type.Optional(password),
    ...identity,
    permissions: Type.Optional(
      permissions('What it may do; left out: what `defaultPermissions` of the account say.'),
    ),
  },
  'How a user proves who it is, by one of these, and what it may do.',
);

export type User = Static<typeof user>;

export const account = strictObject(
  {
    jetstream: defaulted(Type.Boolean({ description: 'Whether the account may use JetStream.' }), false),
    ...jetstreamLimits,
    system: defaulted(
      Type.Boolean({ description: 'Whether this is the system account; it carries no JetStream.' }),
      false,
    ),
    users: Type.Optional(
      namedRecord<User>(
        user,
        'The users of the account, by name; workloads connect as the first.',
        { minProperties: 1 },
      ),
    ),
    defaultPermissions: Type.Optional(
      permissions('What users of the account may do that have no `permissions`; left out: everything.'),
    ),
    ...sharingFields,
    mappings,
    limits,
  },
  'An account: what it may use, and its users.',
);
