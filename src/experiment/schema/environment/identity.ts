import { Type } from '../../../support/schema.ts';

/** In place of a file: the key of a user is made for the run. */
export const GENERATED = 'generated';

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
      examples: [GENERATED, 'keys/app.nk'],
      description: `How the user signs with an NKey: \`${GENERATED}\`, on servers that the runner starts, has one made for each run; a file with the seed, relative to this file, is ${FOR_RUNNING}.`,
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
