import type { Workload } from '../workload.ts';
import { permissionsSchema, type PermissionsOptions } from './options.ts';

export const permissions: Workload<typeof permissionsSchema> = {
  kind: 'permissions',
  summary:
    'Every user of every account tries every subject, again and again: what is allowed, and what is not',
  proof:
    "A user that publishes is refused by its server, or its message arrives at a witness: a connection in its account that may see everything, at the same server. A user that subscribes is refused, or gets the message of that witness. Witnesses of all other accounts publish and watch too. Every try is written to the history with what the environment's permissions say and what was seen; one whose connections were cut is tried again, and is unknown at the end of its pass. A run in which nothing went as the permissions say is inconclusive.",
  example: '{ kind: permissions, cluster: qa1a, subjects: ["orders.{new,old}", orders.>] }',
  schema: permissionsSchema,
  withoutStream: true,
  everyUser: true,
  target: ({ cluster }: PermissionsOptions) => `${cluster}/users`,
  pace: ({ every, count }: PermissionsOptions) => ({
    everyMs: every,
    ...(count === undefined ? {} : { count }),
  }),
  async start(ctx, options) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { startPermissions } = await import('./start.ts');
    return startPermissions(ctx, options);
  },
};
