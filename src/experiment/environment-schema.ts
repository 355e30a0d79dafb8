import { defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import {
  EXPECTED,
  fileNameField,
  kindChoice,
  namedRecord,
  secretsField,
  titleField,
} from './common-schema.ts';
import { account } from './environment/account.ts';
import { consumer, stream } from './environment/assets.ts';
import { attach, compose } from './environment/attach.ts';
import { cluster } from './environment/cluster.ts';
import { gateway, leafnode } from './environment/links.ts';

const keyed = (parts: string, pattern: string) => ({ pattern, [EXPECTED]: `an address: ${parts}` });

export const environmentSchema = strictObject(
  {
    name: fileNameField('What experiments call it.'),
    title: titleField('What it is, in one line.'),
    nats: Type.Optional(
      Type.String({
        minLength: 1,
        examples: ['2.12', '2.12.3', 'latest'],
        description:
          'The nats-server to run: a version, a series, `latest`, or the path of a binary. --nats overrides it. Needed unless the servers run already.',
      }),
    ),
    attach: Type.Optional(attach),
    compose: Type.Optional(compose),
    secrets: secretsField,
    accounts: defaulted(
      namedRecord<Static<typeof account>>(account, 'Accounts, by name.', { minProperties: 1 }),
      {
        APP: { jetstream: true, users: { app: { password: 'app' } } },
        SYS: { system: true, users: { sys: { password: 'sys' } } },
      },
    ),
    clusters: namedRecord<Static<typeof cluster>>(cluster, 'Clusters, by name.', { minProperties: 1 }),
    links: defaulted(
      Type.Array(
        kindChoice<Static<typeof leafnode> | Static<typeof gateway>>(
          'link',
          [leafnode, gateway],
          'A way for clusters to reach one another.',
        ),
        { description: 'How clusters reach one another.' },
      ),
      [],
    ),
    streams: defaulted(
      namedRecord<Static<typeof stream>>(stream, 'Streams, by address: cluster/stream.', {
        key: keyed('cluster/stream', '^[^\\s/@]+/[^\\s/@.*>\\\\]+$'),
      }),
      {},
    ),
    consumers: defaulted(
      namedRecord<Static<typeof consumer>>(consumer, 'Consumers, by address: cluster/stream/consumer.', {
        key: keyed('cluster/stream/consumer', '^[^\\s/@]+/[^\\s/@]+/[^\\s/@.*>\\\\]+$'),
      }),
      {},
    ),
    services: Type.Optional(
      Type.Unsafe<Record<string, never>>({
        type: 'object',
        maxProperties: 0,
        [EXPECTED]: 'an empty map: services beside NATS are not supported yet',
        description: 'What else runs beside NATS. Nothing can be declared here yet.',
      }),
    ),
  },
  'An environment: the NATS system that experiments run against.',
);

export type Environment = Static<typeof environmentSchema>;
