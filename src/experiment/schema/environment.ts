import { address, defaulted, strictObject, Type, type Static } from '../../support/schema.ts';
import {
  EXPECTED,
  fileNameField,
  kindChoice,
  namedRecord,
  secretsField,
  titleField,
} from './common.ts';
import { account } from './environment/account.ts';
import { consumer, stream } from './environment/assets.ts';
import { attach, compose } from './environment/attach.ts';
import { bucket } from './environment/bucket.ts';
import { cluster } from './environment/cluster.ts';
import { allLinks, gateway, leafnode } from './environment/links.ts';
import { objectBucket } from './environment/object-bucket.ts';
import { service, type Service } from './environment/service.ts';
import { tls } from './environment/tls.ts';

type Link = Static<typeof leafnode> | Static<typeof gateway> | Static<typeof allLinks>;

/** The parts of an address; the last may have places (`c-{1..600}`, `{eu,us}`), which stand for many. */
const WORD = '[^\\s/@]+';
const PLACE = '\\{(\\d+\\.\\.\\d+|[^\\s/@.*>\\\\{},]+(,[^\\s/@.*>\\\\{},]+)+)\\}';
const ASSET = `([^\\s/@.*>\\\\{}]|${PLACE})+`;
const BUCKET = `([A-Za-z0-9_-]|${PLACE})+`;

const keyed = (parts: string, pattern: string) => ({
  pattern: `^${pattern}$`,
  [EXPECTED]: `an address: ${parts}`,
});

export const environmentSchema = strictObject(
  {
    name: fileNameField('What experiments call it.'),
    title: titleField('What it is, in one line.'),
    nats: Type.Optional(
      Type.String({
        minLength: 1,
        examples: ['2.12', '2.12.3', 'latest'],
        description:
          'The nats-server to run: a version, a series, `latest`, or the path of a binary; `2.12.15+assertions` is built with the assertions of its authors. --nats overrides it. Needed unless the servers run already.',
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
    noAuthUser: Type.Optional(
      address('user', 'As whom clients without credentials connect; left out: they are refused.'),
    ),
    clusters: namedRecord<Static<typeof cluster>>(cluster, 'Clusters, by name.', { minProperties: 1 }),
    tls: Type.Optional(tls),
    links: defaulted(
      Type.Unsafe<Link[] | 'all'>({
        type: ['array', 'string'],
        pattern: '^all$',
        [EXPECTED]: 'a list of links, or the word all',
        items: kindChoice<Link>('link', [leafnode, gateway, allLinks], 'A link between two clusters, or all.'),
        description:
          'How clusters reach one another. With `all`, alone or as `kind: all` in the list, every link is under control: routes, links between clusters and those of clients each go through a proxy. Left out: only links that a fault of the experiment can touch; all others are direct.',
      }),
      [],
    ),
    streams: defaulted(
      namedRecord<Static<typeof stream>>(stream, 'Streams, by address: cluster/stream.', {
        key: keyed('cluster/stream', `${WORD}/${ASSET}`),
      }),
      {},
    ),
    consumers: defaulted(
      namedRecord<Static<typeof consumer>>(consumer, 'Consumers, by address: cluster/stream/consumer.', {
        key: keyed('cluster/stream/consumer', `${WORD}/${WORD}/${ASSET}`),
      }),
      {},
    ),
    buckets: defaulted(
      namedRecord<Static<typeof bucket>>(bucket, 'Key-value buckets, by address: cluster/bucket.', {
        key: keyed('cluster/bucket', `${WORD}/${BUCKET}`),
      }),
      {},
    ),
    objectBuckets: defaulted(
      namedRecord<Static<typeof objectBucket>>(objectBucket, 'Object buckets, by address: cluster/bucket.', {
        key: keyed('cluster/bucket', `${WORD}/${BUCKET}`),
      }),
      {},
    ),
    services: defaulted(
      namedRecord<Service>(service, 'What else runs beside NATS, by name.', {
        key: {
          pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$',
          [EXPECTED]: 'a name of letters, digits, "_" and "-" (at most 32)',
        },
      }),
      {},
    ),
  },
  'An environment: the NATS system that experiments run against.',
);

export type Environment = Static<typeof environmentSchema>;
