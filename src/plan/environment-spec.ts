import { dirname, resolve } from 'node:path';
import {
  gatewayPeers,
  type AccountSpec,
  type AttachSpec,
  type ClusterSpec,
  type ComposeSpec,
  type ConsumerSpec,
  type ContainersSpec,
  type EngineSpec,
  type EnvironmentSpec,
  type JetStreamSpec,
  type LinkSpec,
  type Listener,
  type OriginSpec,
  type StreamSpec,
} from '../drivers/spec.ts';
import { jointsOf } from '../experiment/resolve/declared-links.ts';
import type { LoadedFile } from '../experiment/load.ts';
import type { Origin } from '../experiment/schema/environment/assets.ts';
import type { ClusterJetstream } from '../experiment/schema/environment/cluster-jetstream.ts';
import type { Environment } from '../experiment/schema/environment.ts';
import { streamOfBucket, streamOfObjectBucket } from '../experiment/resolve/inventory.ts';
import { child } from '../experiment/source/pointer.ts';
import { consumerSettingsOf, streamSettingsOf } from '../nats/assets/settings/config.ts';
import { accountTerms, nameOfUser } from './account-terms.ts';
import { BUCKET_FIELDS, bucketSpec, objectBucketSpec } from './bucket-spec.ts';
import { defined } from './defined.ts';
import { serviceSpecs } from './service-spec.ts';
import { clientFiles, clusterTlsSpec, tlsSpec, userSpec } from './tls-spec.ts';

type Docker = NonNullable<Environment['clusters'][string]['docker']>;

type EnvironmentFile = Pick<LoadedFile<Environment>, 'value' | 'declares' | 'file'>;

/** What the driver is to bring up or to attach to. */
export function environmentSpec(file: EnvironmentFile): EnvironmentSpec {
  const environment = file.value;
  const accounts = accountSpecs(file);
  const firstAccount = accounts.find((account) => account.jetstream)?.name ?? accounts[0]?.name ?? 'APP';
  const streams = [
    ...Object.entries(environment.streams).map(([address, stream]) =>
      streamSpec(environment, address, stream, firstAccount),
    ),
    ...Object.entries(environment.buckets).map(([address, bucket]) =>
      bucketSpec(address, bucket, firstAccount, (stream) =>
        originSpec(environment, address.split('/')[0] ?? '', stream),
      ),
    ),
    ...Object.entries(environment.objectBuckets).map(([address, bucket]) =>
      objectBucketSpec(address, bucket, firstAccount),
    ),
  ];
  return {
    name: environment.name,
    nats: environment.nats ?? '',
    ...defined({ attach: attachSpec(file), compose: composeSpec(file), tls: tlsSpec(environment) }),
    accounts,
    clusters: clusterSpecs(file),
    links: jointsOf(environment).map((link): LinkSpec => {
      if (link.kind === 'gateway') return { kind: 'gateway', between: link.between };
      return { kind: 'leafnode', from: link.from, to: link.to, account: link.account ?? firstAccount };
    }),
    streams,
    consumers: Object.entries(environment.consumers).map(([address, consumer]) =>
      consumerSpec(address, consumer, streams),
    ),
    ...defined({ services: serviceSpecs(file) }),
  };
}

function attachSpec({ value, declares, file }: EnvironmentFile): AttachSpec | undefined {
  if (value.attach === undefined) return undefined;
  const servers = Object.entries(value.clusters).flatMap(([cluster, body]) =>
    Object.entries(body.servers ?? {}).map(([node, where]) => [`${cluster}/${node}`, where] as const),
  );
  const stated = (['streams', 'consumers'] as const).flatMap((kind) =>
    Object.entries(value[kind]).map(([address, fields]) => {
      const pointer = child(`/${kind}`, address);
      return [address, Object.keys(fields as object).filter((key) => declares(child(pointer, key)))] as const;
    }),
  );
  const buckets = (
    [
      ['buckets', streamOfBucket],
      ['objectBuckets', streamOfObjectBucket],
    ] as const
  ).flatMap(([kind, streamOf]) =>
    Object.entries(value[kind]).map(([address, fields]) => {
      const pointer = child(`/${kind}`, address);
      const there = Object.keys(fields).filter((key) => declares(child(pointer, key)));
      return [streamOf(address), there.map((key) => BUCKET_FIELDS[key] ?? key)] as const;
    }),
  );
  return {
    allowFaults: value.attach.allowFaults,
    hosts: value.attach.hosts ?? [],
    servers: Object.fromEntries(servers),
    stated: Object.fromEntries([...stated, ...buckets]),
    ...defined({
      containers: value.attach.docker && containersSpec(value, value.attach.docker),
      tls: value.attach.tls && clientFiles(value.attach.tls, dirname(file)),
    }),
  };
}

function composeSpec({ value, file }: EnvironmentFile): ComposeSpec | undefined {
  const { compose } = value;
  if (compose === undefined) return undefined;
  const path = resolve(dirname(file), compose.file);
  return {
    ...containersSpec(value, compose),
    file: path,
    withinMs: compose.within,
    ...defined({ tls: compose.tls && clientFiles(compose.tls, dirname(file)) }),
  };
}

function containersSpec(
  { clusters }: Environment,
  chosen: { project?: string; label?: string; clientPort: number; monitorPort: number },
): ContainersSpec {
  const names = Object.entries(clusters).flatMap(([cluster, { containers }]) =>
    Object.entries(containers ?? {}).map(([node, name]) => [`${cluster}/${node}`, name] as const),
  );
  const { clientPort, monitorPort, project, label } = chosen;
  return { names: Object.fromEntries(names), clientPort, monitorPort, ...defined({ project, label }) };
}

function accountSpecs({ value, file }: EnvironmentFile): AccountSpec[] {
  return Object.entries(value.accounts).map(([name, account]) => ({
    name,
    system: account.system,
    jetstream: account.jetstream,
    ...defined({ maxFileBytes: account.maxFile, maxMemoryBytes: account.maxMemory }),
    users: Object.entries(account.users ?? {}).map(([user, proof]) => userSpec(user, proof, dirname(file))),
    ...accountTerms(account),
  }));
}

function clusterSpecs({ value, file }: EnvironmentFile): ClusterSpec[] {
  return Object.entries(value.clusters).map(
    ([name, { nodes, ports, jetstream, config, docker, ...others }]) => ({
      name,
      nodes,
      ports: defined(ports),
      jetstream: jetstream !== false && jetstreamSpec(jetstream),
      serverConfig: config,
      ...defined({
        authorization: others.authorization,
        noAuthUser: nameOfUser(others.noAuthUser ?? value.noAuthUser),
        listeners: listenersOf(others),
        tls: clusterTlsSpec(value, others.tls),
        docker: docker && engineSpec(docker, dirname(file)),
      }),
    }),
  );
}

function listenersOf(cluster: { websocket: boolean; mqtt: boolean }): Listener[] | undefined {
  const chosen = LISTENERS.filter((listener) => cluster[listener]);
  return chosen.length === 0 ? undefined : chosen;
}

const LISTENERS: readonly Listener[] = ['websocket', 'mqtt'];

function jetstreamSpec({ domain, maxFile, maxMemory, syncInterval }: ClusterJetstream): JetStreamSpec {
  return defined({ domain, maxFileBytes: maxFile, maxMemoryBytes: maxMemory, syncInterval });
}

/** @param folder that of the environment file: its paths are relative to it */
function engineSpec({ certPath, ...docker }: Docker, folder: string): EngineSpec {
  return { ...defined(docker), ...(certPath === undefined ? {} : { certPath: resolve(folder, certPath) }) };
}

function streamSpec(
  environment: Environment,
  address: string,
  stream: Environment['streams'][string],
  firstAccount: string,
): StreamSpec {
  const [cluster = '', name = ''] = address.split('/');
  const origin = (from: string | Origin): OriginSpec => originSpec(environment, cluster, from);
  return {
    address,
    cluster,
    name,
    account: stream.account ?? firstAccount,
    subjects: stream.subjects ?? [],
    replicas: stream.replicas,
    storage: stream.storage,
    retention: stream.retention,
    discard: stream.discard,
    sources: (stream.sources ?? []).map(origin),
    settings: streamSettingsOf(stream).filter(({ field }) => !OF_STREAM_SPEC.includes(field)),
    ...defined({
      maxAgeMs: stream.maxAge,
      mirror: stream.mirror === undefined ? undefined : origin(stream.mirror),
    }),
  };
}

/** Settings that have a field of their own in the plan. */
const OF_STREAM_SPEC = ['subjects', 'replicas', 'storage', 'retention', 'discard', 'maxAge'];

/** An origin in another JetStream domain is reached by the API prefix of that domain; a super-cluster is one domain. */
function originSpec(environment: Environment, cluster: string, from: string | Origin): OriginSpec {
  const origin: Origin = typeof from === 'string' ? { stream: from } : from;
  const [originCluster = '', stream = ''] = origin.stream.split('/');
  const { jetstream = false } = environment.clusters[originCluster] ?? {};
  const domain = jetstream === false ? undefined : jetstream.domain;
  const isNear =
    originCluster === cluster || gatewayPeers(jointsOf(environment), cluster).includes(originCluster);
  const derived = isNear || domain === undefined ? undefined : `$JS.${domain}.API`;
  return {
    cluster: originCluster,
    stream,
    ...defined({
      externalApi: origin.external?.api ?? derived,
      externalDeliver: origin.external?.deliver,
      filterSubject: origin.filter,
      subjectTransforms: origin.transforms,
      startSequence: origin.startSequence,
      startTime: origin.startTime,
    }),
  };
}

function consumerSpec(
  address: string,
  consumer: Environment['consumers'][string],
  streams: readonly StreamSpec[],
): ConsumerSpec {
  const [cluster = '', stream = '', name = ''] = address.split('/');
  const owner = streams.find((one) => one.address === `${cluster}/${stream}`);
  const filters = consumer.filters ?? (consumer.filter === undefined ? [] : [consumer.filter]);
  return {
    address,
    cluster,
    stream,
    name,
    account: consumer.account ?? owner?.account ?? '',
    ackWaitMs: Math.max(...(consumer.backoff ?? [consumer.ackWait])),
    settings: consumerSettingsOf(consumer),
    ...(filters.length > 1 ? { filterSubjects: filters } : defined({ filterSubject: filters[0] })),
  };
}
