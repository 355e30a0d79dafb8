import type { Attempt } from '../nats/accounts/rights.ts';
import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('permission'),
    cluster: address('cluster', 'The cluster that the user connects to.'),
    user: address('user', 'The user, as name or account/name.'),
    action: Type.Unsafe<Attempt>({
      type: 'string',
      enum: ['publish', 'subscribe'],
      description:
        'What it tries. A publish that is allowed sends an empty message, which a stream that captures the subject stores.',
    }),
    subject: Type.String({
      pattern: '^[^\\s.]+(\\.[^\\s.]+)*$',
      'x-expected': 'a subject such as orders.new, or to subscribe to, a pattern such as orders.>',
      description: 'The subject; to subscribe to, it may have wildcards.',
    }),
  },
  'Whether a user may publish on a subject, or subscribe to it: `allowed`, or `denied`.',
);

export const permission: Probe<typeof fields> = {
  kind: 'permission',
  summary: 'Whether a user may publish on a subject, or subscribe to it: allowed or denied',
  proof: 'The user connects, tries, and the server refuses it or does not.',
  example:
    '{ kind: permission, cluster: qa1a, user: app, action: publish, subject: news.eu, is: allowed, within: 20s }',
  unit: '',
  reads: 'state',
  fields,
  target: ({ user, action, subject }) => `${user} ${action} ${subject}`,
  async read(ctx, { cluster, user, action, subject }) {
    // Loaded here, so that reading the schema does not load the NATS client.
    const { askPermission } = await import('../nats/accounts/ask-permission.ts');
    const isAllowed = await askPermission(ctx.connectAs(cluster, user), action, subject);
    return { state: isAllowed ? 'allowed' : 'denied' };
  },
};
