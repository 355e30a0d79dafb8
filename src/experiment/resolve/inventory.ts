import { entriesOf, field, itemsOf, numberOf, textOf, textsOf } from '../source/lenient.ts';

export interface StreamEntry {
  cluster: string;
  account: string | undefined;
  subjects: string[];
  allowMessageTtl: boolean;
  allowAtomicPublish: boolean;
  replicas: number;
  /** `cluster/stream`. */
  mirror: string | undefined;
  sources: string[];
}

interface ClusterEntry {
  nodes: string[];
  domain: string | undefined;
  /** For what it listens beside NATS itself. */
  listeners: string[];
  /** Its servers have no JetStream. */
  withoutJetstream?: true;
}

interface LinkEntry {
  kind: string;
  clusters: [string, string];
  account: string | undefined;
}

/** How a consumer gives messages. */
export interface ConsumerEntry {
  pushes: boolean;
  ackPolicy: string;
}

export interface ServiceEntry {
  replicas: number;
  /** Names. */
  ports: string[];
  /** Roles of its replicas; empty when they have none. */
  roles: string[];
  links: { as: string; to: string; port: string | undefined }[];
}

/** Everything that an environment names, as far as it can be read. */
export interface Inventory {
  name: string;
  /** The version of nats-server, as it is written. */
  nats: string | undefined;
  /** Whether its servers run already: the runner then makes no links between them. */
  attached: boolean;
  clusters: Map<string, ClusterEntry>;
  accounts: string[];
  /** User → account. */
  users: Map<string, string>;
  /** Accounts in which every user has permissions, so that none of them may see everything for sure. */
  blindAccounts: string[];
  /** Whether a system account has a user. */
  hasSystemUser: boolean;
  /** Accounts with a limit on their file storage. */
  limitedAccounts: string[];
  /** The account of streams, consumers and links that name none. */
  defaultAccount: string | undefined;
  streams: Map<string, StreamEntry>;
  consumers: string[];
  consumerEntries: Map<string, ConsumerEntry>;
  /** `cluster/bucket`; their streams (`cluster/KV_bucket`) are among `streams`. */
  buckets: string[];
  /** `cluster/bucket`; their streams are `cluster/OBJ_bucket`. */
  objectBuckets: string[];
  links: LinkEntry[];
  /** What runs beside NATS, by name. */
  services: Map<string, ServiceEntry>;
  /** Cluster → the listeners that require TLS: `clients`, `routes`, `leafnodes`, `gateways`. */
  tls: Map<string, string[]>;
}

/** What Redis says of itself, in the words of its documentation. */
export const REDIS_ROLES = ['master', 'replica'] as const;

/** Those of an environment that declares no accounts. */
const DEFAULT_USERS: readonly (readonly [user: string, account: string])[] = [
  ['app', 'APP'],
  ['sys', 'SYS'],
];

/** What an experiment names, as far as it can be read. */
export interface Cast {
  /** Name → kind. */
  workloads: Map<string, string>;
  phases: string[];
}

export function inventoryOf(environment: unknown): Inventory {
  const accounts = field(environment, 'accounts');
  const names = accounts === undefined ? ['APP', 'SYS'] : entriesOf(accounts).map(([name]) => name);
  const defaultAccount =
    accounts === undefined
      ? 'APP'
      : entriesOf(accounts).find(([, account]) => field(account, 'jetstream') === true)?.[0];
  return {
    name: textOf(field(environment, 'name')) ?? 'the environment',
    nats: textOf(field(environment, 'nats')),
    attached: field(environment, 'attach') !== undefined,
    clusters: new Map(
      entriesOf(field(environment, 'clusters')).map(([name, cluster]) => [
        name,
        {
          nodes: textsOf(field(cluster, 'nodes')),
          domain: textOf(field(field(cluster, 'jetstream'), 'domain')),
          listeners: ['websocket', 'mqtt'].filter((listener) => field(cluster, listener) === true),
          ...(field(cluster, 'jetstream') === false ? { withoutJetstream: true as const } : {}),
        },
      ]),
    ),
    accounts: names,
    users: usersOf(accounts),
    blindAccounts: entriesOf(accounts).flatMap(([name, account]) => (isBlind(account) ? [name] : [])),
    hasSystemUser:
      accounts === undefined ||
      entriesOf(accounts).some(
        ([, account]) => field(account, 'system') === true && entriesOf(field(account, 'users')).length > 0,
      ),
    limitedAccounts: entriesOf(accounts).flatMap(([name, account]) =>
      field(account, 'maxFile') === undefined ? [] : [name],
    ),
    defaultAccount,
    streams: new Map([
      ...entriesOf(field(environment, 'buckets')).map(
        ([address, bucket]) =>
          [streamOfBucket(address), bucketEntry(address, bucket, defaultAccount)] as const,
      ),
      ...entriesOf(field(environment, 'objectBuckets')).map(
        ([address, bucket]) =>
          [streamOfObjectBucket(address), objectBucketEntry(address, bucket, defaultAccount)] as const,
      ),
      ...entriesOf(field(environment, 'streams')).map(
        ([address, stream]) => [address, streamEntry(address, stream, defaultAccount)] as const,
      ),
    ]),
    consumers: entriesOf(field(environment, 'consumers')).map(([address]) => address),
    consumerEntries: new Map(
      entriesOf(field(environment, 'consumers')).map(([address, consumer]) => [
        address,
        {
          pushes: field(consumer, 'deliverSubject') !== undefined,
          ackPolicy: textOf(field(consumer, 'ackPolicy')) ?? 'explicit',
        },
      ]),
    ),
    buckets: entriesOf(field(environment, 'buckets')).map(([address]) => address),
    objectBuckets: entriesOf(field(environment, 'objectBuckets')).map(([address]) => address),
    links: itemsOf(field(environment, 'links')).flatMap((link) => linkEntry(link, defaultAccount)),
    services: new Map(
      entriesOf(field(environment, 'services')).map(([name, body]) => [name, serviceEntry(body)]),
    ),
    tls: new Map(
      entriesOf(field(environment, 'clusters')).map(([name, body]) => {
        // What a cluster says of a listener comes last, and counts.
        const wanted = new Map([environment, body].flatMap((place) => entriesOf(field(place, 'tls'))));
        return [name, [...wanted].flatMap(([listener, is]) => (is === false ? [] : [listener]))] as const;
      }),
    ),
  };
}

function serviceEntry(body: unknown): ServiceEntry {
  return {
    replicas: numberOf(field(body, 'replicas')) ?? 1,
    ports: entriesOf(field(body, 'ports')).map(([name]) => name),
    roles: rolesOf(field(body, 'roles')),
    links: itemsOf(field(body, 'links')).flatMap((link) => {
      const to = textOf(field(link, 'to'));
      if (to === undefined) return [];
      return [{ as: textOf(field(link, 'as')) ?? to, to, port: textOf(field(link, 'port')) }];
    }),
  };
}

function rolesOf(roles: unknown): string[] {
  return textOf(field(roles, 'kind')) === 'redis' ? [...REDIS_ROLES] : textsOf(field(roles, 'names'));
}

function usersOf(accounts: unknown): Map<string, string> {
  if (accounts === undefined) return new Map(DEFAULT_USERS);
  return new Map(
    entriesOf(accounts).flatMap(([name, account]) =>
      entriesOf(field(account, 'users')).map(([user]) => [user, name] as const),
    ),
  );
}

function isBlind(account: unknown): boolean {
  const hasDefaults = field(account, 'defaultPermissions') !== undefined;
  const users = entriesOf(field(account, 'users'));
  return (
    users.length > 0 && users.every(([, user]) => hasDefaults || field(user, 'permissions') !== undefined)
  );
}

export function castOf(experiment: unknown): Cast {
  return {
    workloads: new Map(
      entriesOf(field(experiment, 'workloads')).map(([name, workload]) => [
        name,
        textOf(field(workload, 'kind')) ?? '',
      ]),
    ),
    phases: itemsOf(field(experiment, 'method')).flatMap((phase) => textOf(field(phase, 'phase')) ?? []),
  };
}

/** The stream that a mirror or source copies from, in its short or long form. */
export function originOf(origin: unknown): string | undefined {
  return textOf(origin) ?? textOf(field(origin, 'stream'));
}

/** `cluster/stream` of a `cluster/stream/consumer`. */
export function streamAddressOf(consumer: string): string {
  return consumer.split('/').slice(0, 2).join('/');
}

export function clusterOf(address: string): string {
  return address.split('/')[0] ?? '';
}

function streamEntry(address: string, stream: unknown, defaultAccount: string | undefined): StreamEntry {
  return {
    cluster: clusterOf(address),
    account: textOf(field(stream, 'account')) ?? defaultAccount,
    subjects: textsOf(field(stream, 'subjects')),
    allowMessageTtl: field(stream, 'allowMessageTtl') === true,
    allowAtomicPublish: field(stream, 'allowAtomicPublish') === true,
    replicas: numberOf(field(stream, 'replicas')) ?? 1,
    mirror: originOf(field(stream, 'mirror')),
    sources: itemsOf(field(stream, 'sources')).flatMap((source) => originOf(source) ?? []),
  };
}

/** `cluster/KV_bucket` of `cluster/bucket`. */
export function streamOfBucket(address: string): string {
  return address.replace('/', '/KV_');
}

/** `cluster/OBJ_bucket` of `cluster/bucket`. */
export function streamOfObjectBucket(address: string): string {
  return address.replace('/', '/OBJ_');
}

/** The subjects of an object bucket: those of the parts of objects, and of what describes them. */
export function subjectsOfObjectBucket(bucket: string): string[] {
  return [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`];
}

function objectBucketEntry(
  address: string,
  bucket: unknown,
  defaultAccount: string | undefined,
): StreamEntry {
  return {
    cluster: clusterOf(address),
    account: textOf(field(bucket, 'account')) ?? defaultAccount,
    subjects: subjectsOfObjectBucket(address.split('/')[1] ?? ''),
    allowMessageTtl: false,
    allowAtomicPublish: false,
    replicas: numberOf(field(bucket, 'replicas')) ?? 1,
    mirror: undefined,
    sources: [],
  };
}

/** The stream behind a bucket. */
function bucketEntry(address: string, bucket: unknown, defaultAccount: string | undefined): StreamEntry {
  const mirror = textOf(field(bucket, 'mirror'));
  return {
    cluster: clusterOf(address),
    account: textOf(field(bucket, 'account')) ?? defaultAccount,
    subjects: mirror === undefined ? [`$KV.${address.split('/')[1] ?? ''}.>`] : [],
    allowMessageTtl: field(bucket, 'limitMarkerTtl') !== undefined,
    allowAtomicPublish: false,
    replicas: numberOf(field(bucket, 'replicas')) ?? 1,
    mirror: mirror === undefined ? undefined : streamOfBucket(mirror),
    sources: textsOf(field(bucket, 'sources')).map(streamOfBucket),
  };
}

function linkEntry(link: unknown, defaultAccount: string | undefined): LinkEntry[] {
  const kind = textOf(field(link, 'kind')) ?? '';
  const ends =
    kind === 'gateway' ? textsOf(field(link, 'between')) : textsOf([field(link, 'from'), field(link, 'to')]);
  const [from, to] = ends;
  if (from === undefined || to === undefined) return [];
  const several = textsOf(field(link, 'accounts'));
  const accounts = several.length > 0 ? several : [textOf(field(link, 'account')) ?? defaultAccount];
  return accounts.map((account) => ({ kind, clusters: [from, to], account }));
}
