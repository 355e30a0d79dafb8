import type { EnvironmentSpec } from '../../src/drivers/spec.ts';

/** Two zones of three nodes, each with a stream and a mirror of the other's, on free ports. */
export function dualMirrorSpec(nats = process.env.NATS_SERVER_BIN ?? '2.12.3'): EnvironmentSpec {
  const zones = ['qa1a', 'qa1b'];
  const stream = {
    account: 'APP',
    replicas: 3,
    storage: 'file',
    retention: 'limits',
    discard: 'old',
    sources: [],
  } as const;
  const other = (zone: string): string => (zone === 'qa1a' ? 'qa1b' : 'qa1a');
  return {
    name: 'dual-mirror',
    nats,
    accounts: [
      { name: 'APP', system: false, jetstream: true, users: [{ name: 'app', password: 'app' }] },
      {
        name: 'SMALL',
        system: false,
        jetstream: true,
        maxFileBytes: 16 * 1024 ** 2,
        maxMemoryBytes: 16 * 1024 ** 2,
        users: [{ name: 'small', password: 'small' }],
      },
      { name: 'SYS', system: true, jetstream: false, users: [{ name: 'sys', password: 'sys' }] },
    ],
    clusters: zones.map((zone) => ({
      name: zone,
      nodes: [1, 2, 3].map((n) => `js${n}-${zone}`),
      ports: {},
      jetstream: { domain: zone, maxFileBytes: 64 * 1024 ** 2 },
      serverConfig: {},
    })),
    links: [{ kind: 'leafnode', from: 'qa1b', to: 'qa1a', account: 'APP' }],
    streams: zones.flatMap((zone) => [
      {
        ...stream,
        sources: [],
        address: `${zone}/qa`,
        cluster: zone,
        name: 'qa',
        subjects: [`events.qa.${zone}.>`],
      },
      {
        ...stream,
        sources: [],
        address: `${zone}/qa_mirror_${other(zone)}`,
        cluster: zone,
        name: `qa_mirror_${other(zone)}`,
        subjects: [],
        mirror: { cluster: other(zone), stream: 'qa', externalApi: `$JS.${other(zone)}.API` },
      },
    ]),
    consumers: zones.map((zone) => ({
      address: `${zone}/qa/c`,
      cluster: zone,
      stream: 'qa',
      name: 'c',
      account: 'APP',
      ackWaitMs: 30_000,
    })),
  };
}
