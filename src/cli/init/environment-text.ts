import type { Scene } from './scene.ts';
import { flow, line, scalar } from './yaml-text.ts';

/** What a new environment file says besides its scene. */
export interface NewEnvironment {
  name: string;
  title: string;
  nats: string;
  /** Fields of `jetstream` for every cluster. */
  jetstream: Record<string, unknown>;
  /** Which connections are encrypted; empty: none. */
  tls: Record<string, unknown>;
  /** Fields of the one account; none when the default account is enough. */
  account: Record<string, unknown>;
  /** The schema that editors check the file with: a path relative to the file. */
  schema: string;
}

/** The text of a new environment, with comments that explain it. */
export function environmentText(
  scene: Scene,
  { name, title, nats, jetstream, tls, account, schema }: NewEnvironment,
): string {
  const [first, ...others] = scene.clusters;
  // A leafnode link can join two clusters with streams of the same name only if each has a JetStream domain of its own.
  const domain = (cluster: string): object => (others.length > 0 ? { domain: cluster } : {});
  const clusters = scene.clusters.map((cluster) => {
    const settings = { ...domain(cluster.name), ...jetstream };
    const extra = Object.keys(settings).length > 0 ? { jetstream: settings } : {};
    return `  ${scalar(cluster.name)}: ${flow({ nodes: cluster.nodes, ...extra })}`;
  });
  const links = others.map(
    (other) => `  - ${flow({ kind: 'leafnode', from: other.name, to: first?.name ?? '' })}`,
  );
  const streams = [
    `  ${scalar(scene.stream)}: ${flow({ subjects: ['orders.>'], replicas: scene.replicas })}`,
    ...scene.mirrors.map(
      ({ stream }) => `  ${scalar(stream)}: ${flow({ mirror: scene.stream, replicas: scene.replicas })}`,
    ),
  ];
  const consumers = [scene.consumer, ...scene.mirrors.map(({ consumer }) => consumer)].flatMap((consumer) =>
    consumer === null ? [] : [`  ${scalar(consumer)}: ${flow({ ackWait: '5s' })}`],
  );
  return text([
    `# yaml-language-server: $schema=${schema}`,
    '#',
    '# An environment says what runs: real servers, started for a run and taken down after it.',
    `name: ${scalar(name)}`,
    `title: ${line(title)}`,
    `nats: ${scalar(nats)} # a version, a series, latest, or the path of a binary; --nats of chaos run overrides it`,
    ...(Object.keys(tls).length === 0
      ? []
      : ['', `tls: ${flow(tls)} # with certificates that are made for the run`]),
    ...accounts(account),
    '',
    'clusters: # the runner makes each a cluster with JetStream, on free ports',
    ...clusters,
    ...(links.length === 0
      ? []
      : ['', 'links: # how clusters reach one another; every link can be cut', ...links]),
    '',
    'streams: # by address: cluster/stream',
    ...streams,
    '',
    'consumers: # durable pull consumers, by address: cluster/stream/consumer',
    ...consumers,
  ]);
}

/** An environment without accounts has these two, and the first has no limit. */
function accounts(account: Record<string, unknown>): string[] {
  if (Object.keys(account).length === 0) return [];
  return [
    '',
    'accounts: # what each may use, and its users; workloads connect as the first',
    `  APP: ${flow({ jetstream: true, ...account, users: { app: { password: 'app' } } })}`,
    `  SYS: ${flow({ system: true, users: { sys: { password: 'sys' } } })}`,
  ];
}

export function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/** `One cluster of three nodes; ...` in terms of the scene. */
export function environmentTitle(scene: Scene): string {
  const size = scene.clusters[0]?.nodes.length ?? 0;
  const nodes = `${size} ${size === 1 ? 'node' : 'nodes'}`;
  const many = scene.clusters.length;
  const clusters = many === 1 ? `One cluster of ${nodes}` : `${many} clusters of ${nodes} each`;
  const stream = `${scene.stream} on ${scene.replicas} of them`;
  if (scene.mirrors.length === 0) return `${clusters}; ${stream}`;
  const mirrors = scene.mirrors.map((mirror) => mirror.stream).join(' and ');
  return `${clusters}; ${stream}, mirrored by ${mirrors}`;
}
