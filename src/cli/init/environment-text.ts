import type { Scene } from './scene.ts';
import { flow, line, scalar } from './yaml-text.ts';

/** What a new environment file says beside its scene. */
export interface NewEnvironment {
  name: string;
  title: string;
  nats: string;
  /** Fields of `jetstream` that every cluster gets. */
  jetstream: Record<string, unknown>;
  /** Fields of the one account; none for what there is without a word. */
  account: Record<string, unknown>;
  /** What editors check the file by: a path relative to it. */
  schema: string;
}

/** The text of a new environment, which explains itself. */
export function environmentText(
  scene: Scene,
  { name, title, nats, jetstream, account, schema }: NewEnvironment,
): string {
  const [first, ...others] = scene.clusters;
  // Both ends of a leafnode link may hold a stream of one name only if each is a domain of its own.
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

/** Left out, an environment has these two, and the first without a limit. */
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

/** `One cluster of three nodes; ...` in the words of the scene. */
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
