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
  type LinkSpec,
  type OriginSpec,
  type StreamSpec,
} from '../drivers/spec.ts';
import type { LoadedFile } from '../experiment/load.ts';
import type { Origin } from '../experiment/environment/assets.ts';
import type { Environment } from '../experiment/environment-schema.ts';
import { child } from '../experiment/pointer.ts';
import { defined } from './defined.ts';

type Docker = NonNullable<Environment['clusters'][string]['docker']>;

type EnvironmentFile = Pick<LoadedFile<Environment>, 'value' | 'declares' | 'file'>;

/** What the driver is asked to bring up, or to find. */
export function environmentSpec(file: EnvironmentFile): EnvironmentSpec {
  const environment = file.value;
  const accounts = accountSpecs(environment);
  const firstAccount = accounts.find((account) => account.jetstream)?.name ?? accounts[0]?.name ?? 'APP';
  const streams = Object.entries(environment.streams).map(([address, stream]) =>
    streamSpec(environment, address, stream, firstAccount),
  );
  return {
    name: environment.name,
    nats: environment.nats ?? '',
    ...defined({ attach: attachSpec(file), compose: composeSpec(file) }),
    accounts,
    clusters: clusterSpecs(file),
    links: environment.links.map((link): LinkSpec => {
      if (link.kind === 'gateway') return { kind: 'gateway', between: link.between };
      return { kind: 'leafnode', from: link.from, to: link.to, account: link.account ?? firstAccount };
    }),
    streams,
    consumers: Object.entries(environment.consumers).map(([address, consumer]) =>
      consumerSpec(address, consumer, streams),
    ),
  };
}

function attachSpec({ value, declares }: EnvironmentFile): AttachSpec | undefined {
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
  return {
    allowFaults: value.attach.allowFaults,
    hosts: value.attach.hosts ?? [],
    servers: Object.fromEntries(servers),
    stated: Object.fromEntries(stated),
    ...defined({ containers: value.attach.docker && containersSpec(value, value.attach.docker) }),
  };
}

function composeSpec({ value, file }: EnvironmentFile): ComposeSpec | undefined {
  const { compose } = value;
  if (compose === undefined) return undefined;
  const path = resolve(dirname(file), compose.file);
  return { ...containersSpec(value, compose), file: path, withinMs: compose.within };
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

function accountSpecs(environment: Environment): AccountSpec[] {
  return Object.entries(environment.accounts).map(([name, account]) => ({
    name,
    system: account.system,
    jetstream: account.jetstream,
    ...defined({ maxFileBytes: account.maxFile, maxMemoryBytes: account.maxMemory }),
    users: Object.entries(account.users ?? {}).map(([user, { password }]) => ({ name: user, password })),
  }));
}

function clusterSpecs({ value, file }: EnvironmentFile): ClusterSpec[] {
  return Object.entries(value.clusters).map(([name, { nodes, ports, jetstream, config, docker }]) => ({
    name,
    nodes,
    ports: defined(ports),
    jetstream: defined({
      domain: jetstream.domain,
      maxFileBytes: jetstream.maxFile,
      maxMemoryBytes: jetstream.maxMemory,
      syncInterval: jetstream.syncInterval,
    }),
    serverConfig: config,
    ...defined({ docker: docker && engineSpec(docker, dirname(file)) }),
  }));
}

/** @param folder of the environment file, from which its paths count */
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
    ...defined({
      maxMessages: stream.maxMessages,
      maxBytes: stream.maxBytes,
      maxAgeMs: stream.maxAge,
      duplicateWindowMs: stream.duplicateWindow,
      mirror: stream.mirror === undefined ? undefined : origin(stream.mirror),
    }),
  };
}

/** An origin in another JetStream domain is reached through the API prefix of that domain; a super-cluster is one. */
function originSpec(environment: Environment, cluster: string, from: string | Origin): OriginSpec {
  const origin: Origin = typeof from === 'string' ? { stream: from } : from;
  const [originCluster = '', stream = ''] = origin.stream.split('/');
  const domain = environment.clusters[originCluster]?.jetstream.domain;
  const isNear =
    originCluster === cluster || gatewayPeers(environment.links, cluster).includes(originCluster);
  const derived = isNear || domain === undefined ? undefined : `$JS.${domain}.API`;
  return {
    cluster: originCluster,
    stream,
    ...defined({
      externalApi: origin.external?.api ?? derived,
      externalDeliver: origin.external?.deliver,
      filterSubject: origin.filter,
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
  return {
    address,
    cluster,
    stream,
    name,
    account: consumer.account ?? owner?.account ?? '',
    ackWaitMs: consumer.ackWait,
    deliver: consumer.deliver,
    ...defined({
      maxDeliver: consumer.maxDeliver,
      maxAckPending: consumer.maxAckPending,
      filterSubject: consumer.filter,
      replicas: consumer.replicas,
    }),
  };
}
