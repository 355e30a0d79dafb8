import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { dualMirrorSpec } from './dual-mirror-spec.ts';

/** Two clusters of three nodes joined by gateways, with a stream in the one and its mirror in the other. */
export function superClusterSpec(nats?: string): EnvironmentSpec {
  const { clusters, streams, consumers, ...rest } = dualMirrorSpec(nats);
  const [origin, , , mirror] = streams;
  return {
    ...rest,
    name: 'super-cluster',
    clusters: clusters.map(({ jetstream, ...cluster }) => ({
      ...cluster,
      jetstream: { maxFileBytes: jetstream.maxFileBytes! },
    })),
    links: [{ kind: 'gateway', between: ['qa1a', 'qa1b'] }],
    streams: [origin!, { ...mirror!, mirror: { cluster: 'qa1a', stream: 'qa' } }],
    consumers: consumers.slice(0, 1),
  };
}
