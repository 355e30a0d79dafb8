import { defaulted, size, strictObject, Type } from '../../../support/schema.ts';
import { UNITS } from '../../../support/units.ts';
import { EXPECTED } from '../common.ts';

const fields = {
  domain: Type.Optional(
    Type.String({
      pattern: '^[^\\s.*>/\\\\]+$',
      [EXPECTED]: 'a JetStream domain: one word without ".", "*" and ">"',
      description:
        'JetStream domain; needed where clusters are joined by leafnode links, and one for all clusters joined by gateways.',
    }),
  ),
  maxFile: Type.Optional(size('Most file storage that each server may use.')),
  maxMemory: Type.Optional(size('Most memory storage that each server may use.')),
  syncInterval: Type.Optional(
    Type.Unsafe<'always' | number>({
      type: 'string',
      pattern: `^always$|${UNITS.duration.pattern}`,
      'x-unit': 'duration',
      [EXPECTED]: '"always", or a duration with its unit (ms, s, m or h), such as 2m',
      examples: ['2m', 'always'],
      description: 'How often servers sync to disk: `always`, or a duration. NATS itself says 2m.',
    }),
  ),
};

const DESCRIPTION =
  'JetStream on every server of the cluster; `false`: none, as leafnodes often are, which use that of their hub over their link.';

/** What a cluster says of JetStream; `false` where its servers have none. */
export interface ClusterJetstream {
  domain?: string;
  maxFile?: number;
  maxMemory?: number;
  syncInterval?: 'always' | number;
}

export const clusterJetstream = defaulted(
  Type.Unsafe<ClusterJetstream | false>({
    ...strictObject(fields, DESCRIPTION),
    type: ['object', 'boolean'],
    not: { const: true },
    'x-message': 'JetStream is on where nothing is said: expected a map of its settings, or false',
    [EXPECTED]: 'a map of settings, or false for servers without JetStream',
  }),
  {},
);
