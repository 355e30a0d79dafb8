import { Type } from '../../../support/schema.ts';

const FOR_RUNNING = 'only for servers that run already';

/** How users of servers that run already may prove who they are, besides a password. */
export const identity = {
  token: Type.Optional(
    Type.String({
      minLength: 1,
      description: `The token of the servers, instead of a user; may be \${secrets.NAME}; ${FOR_RUNNING}.`,
    }),
  ),
  nkey: Type.Optional(
    Type.String({
      minLength: 1,
      examples: ['keys/app.nk'],
      description: `A file with the seed of the user's NKey, relative to this file; ${FOR_RUNNING}.`,
    }),
  ),
  credentials: Type.Optional(
    Type.String({
      minLength: 1,
      examples: ['keys/app.creds'],
      description: `A credentials file (a JWT and its seed), relative to this file; ${FOR_RUNNING}.`,
    }),
  ),
};
