import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { dualMirrorSpec } from './dual-mirror-spec.ts';

/**
 * Two clusters of three nodes joined by gateways, with a stream in the one and its mirror in the other. The passwords of
 * users are not the same in both.
 */
export function superClusterSpec(nats?: string): EnvironmentSpec {
  const { accounts, clusters, streams, consumers, ...rest } = dualMirrorSpec(nats);
  const [origin, , , mirror] = streams;
  return {
    ...rest,
    name: 'super-cluster',
    accounts: accounts.map(({ users, ...account }) => ({
      ...account,
      users: users.map(({ name }) => ({ name, password: { qa1a: `${name}-a`, qa1b: `${name}-b` } })),
    })),
    clusters: clusters.map(({ jetstream, ...cluster }) => ({
      ...cluster,
      jetstream: jetstream !== false && { maxFileBytes: jetstream.maxFileBytes! },
    })),
    links: [{ kind: 'gateway', between: ['qa1a', 'qa1b'] }],
    streams: [origin!, { ...mirror!, mirror: { cluster: 'qa1a', stream: 'qa' } }],
    consumers: consumers.slice(0, 1),
  };
}
