import { describe, expect, it } from 'vitest';
import { layOut, type Layout } from '../../../../src/drivers/docker/managed/layout.ts';
import type { EnvironmentSpec } from '../../../../src/drivers/spec.ts';
import { dualMirrorSpec } from '../../../support/dual-mirror-spec.ts';
import { superClusterSpec } from '../../../support/super-cluster-spec.ts';

const layout = (): Layout => layOut(dualMirrorSpec('2.12.3'), 'abcd0123');

describe('the networks of an environment in containers', () => {
  it('are one for each cluster, one for each link between clusters, and one for published ports', () => {
    expect(layout().networks.map(({ name, role }) => `${role}: ${name}`)).toEqual([
      'access: nats-chaos-abcd0123-access',
      'cluster: nats-chaos-abcd0123-cluster-qa1a',
      'cluster: nats-chaos-abcd0123-cluster-qa1b',
      'link: nats-chaos-abcd0123-link-qa1b-qa1a',
    ]);
  });

  it('hold the nodes that belong there, each at an address of its own', () => {
    const { nodes, toxiproxies, networks } = layout();
    expect(toxiproxies).toHaveLength(1);
    for (const { name, role, size } of networks) {
      const hosts = [...nodes, ...toxiproxies].flatMap((one) =>
        one.hosts.filter(({ network }) => network === name).map(({ host }) => host),
      );
      expect(hosts).toHaveLength(role === 'cluster' ? 4 : 7);
      expect(new Set(hosts).size).toBe(hosts.length);
      // The first address is the engine's, the last one is for broadcasts.
      expect(Math.min(...hosts)).toBeGreaterThan(1);
      expect(Math.max(...hosts)).toBeLessThan(size - 1);
    }
  });

  it('carry routes and clients over the cluster, and leafnode links over the network between the two', () => {
    const { links } = layout();
    const networks = (kind: string): string[] => [
      ...new Set(links.filter((link) => link.kind === kind).map(({ network }) => network)),
    ];
    expect(networks('leafnode')).toEqual(['nats-chaos-abcd0123-link-qa1b-qa1a']);
    expect(networks('route')).toEqual([
      'nats-chaos-abcd0123-cluster-qa1a',
      'nats-chaos-abcd0123-cluster-qa1b',
    ]);
    expect(networks('client')).toEqual(networks('route'));
    expect(new Set(links.map(({ proxyPort }) => proxyPort)).size).toBe(links.length);
  });

  it('carry the gateway links of both clusters over the one network between them', () => {
    const { links, networks } = layOut(superClusterSpec(), 'abcd0123');
    const name = 'nats-chaos-abcd0123-link-qa1a-qa1b';
    expect(networks.filter(({ role }) => role === 'link').map((one) => one.name)).toEqual([name]);
    const gateways = links.filter(({ kind }) => kind === 'gateway');
    expect(gateways).toHaveLength(18);
    expect(gateways.every(({ network }) => network === name)).toBe(true);
  });
});

describe('services in containers', () => {
  const { replicas, nodes, links, networks, toxiproxies } = layOut(
    {
      ...dualMirrorSpec('2.12.3'),
      services: [
        {
          name: 'api',
          command: [],
          container: { image: 'api' },
          replicas: 2,
          ports: { http: 'free', admin: 18_080, metrics: 'free' },
          env: {},
          files: {},
          links: [{ as: 'z', to: 'qa1a' }],
          dependsOn: [],
          readyWithinMs: 1_000,
          here: '/',
        },
      ],
    },
    'abcd0123',
  );
  const network = 'nats-chaos-abcd0123-services';
  const membersOf = (name: string): string[] =>
    [...nodes, ...replicas].flatMap(({ address, hosts }) =>
      hosts.some((host) => host.network === name) ? [address] : [],
    );

  it('share an internal network with the nodes that they are linked with, and are published like these', () => {
    expect(membersOf(network)).toEqual(['qa1a/js1-qa1a', 'qa1a/js2-qa1a', 'qa1a/js3-qa1a', 'api/1', 'api/2']);
    expect(membersOf('nats-chaos-abcd0123-access')).toHaveLength(8);
    expect(membersOf('nats-chaos-abcd0123-cluster-qa1a')).not.toContain('api/1');
    const { role, size = 0 } = networks.find(({ name }) => name === network) ?? {};
    expect(role).toBe('services');
    const hosts = [...nodes, ...replicas, ...toxiproxies].flatMap((one) =>
      one.hosts.flatMap((host) => (host.network === network ? [host.host] : [])),
    );
    expect(new Set(hosts).size).toBe(6);
    expect(Math.max(...hosts)).toBeLessThan(size - 1);
  });

  it('dial over that network', () => {
    const own = links.filter(({ from }) => from === 'api/2');
    expect(own.map(({ to, network: over }) => `${to} ${over}`)).toEqual([
      `qa1a/js1-qa1a ${network}`,
      `qa1a/js2-qa1a ${network}`,
      `qa1a/js3-qa1a ${network}`,
    ]);
    expect(own.map(({ upstreamPort }) => upstreamPort)).toEqual([4222, 4222, 4222]);
  });

  it('listen on the same ports in each replica, none of them twice', () => {
    expect(replicas.map(({ container, listensOn }) => ({ container, listensOn }))).toEqual(
      [1, 2].map((number) => ({
        container: `nats-chaos-abcd0123-service-api-${number}`,
        listensOn: { http: 18_081, admin: 18_080, metrics: 18_082 },
      })),
    );
  });
});

describe('the networks of clusters on several engines', () => {
  const far = { host: 'tcp://far:2376', address: '10.0.0.2' };
  const onTwo = (spec: EnvironmentSpec): Layout => {
    const clusters = spec.clusters.map((cluster, i) => (i === 0 ? cluster : { ...cluster, docker: far }));
    return layOut({ ...spec, clusters }, 'abcd0123');
  };

  it('are one for published ports on each, and one on each for the link between the two', () => {
    const { networks, toxiproxies } = onTwo(dualMirrorSpec('2.12.3'));
    expect(networks.map(({ name, engine }) => `${engine} ${name}`)).toEqual([
      ' nats-chaos-abcd0123-access',
      'tcp://far:2376 nats-chaos-abcd0123-access-2',
      ' nats-chaos-abcd0123-cluster-qa1a',
      'tcp://far:2376 nats-chaos-abcd0123-cluster-qa1b',
      'tcp://far:2376 nats-chaos-abcd0123-link-qa1b-qa1a-at-qa1b',
      ' nats-chaos-abcd0123-link-qa1b-qa1a-at-qa1a',
    ]);
    expect(toxiproxies.map(({ engine, hosts }) => [engine, hosts.length])).toEqual([
      ['', 3],
      [far.host, 3],
    ]);
  });

  it('hold only nodes of their own engine', () => {
    const { nodes, networks } = onTwo(dualMirrorSpec('2.12.3'));
    const engineOf = new Map(networks.map(({ name, engine }) => [name, engine]));
    for (const { engine, hosts } of nodes) {
      expect(hosts).toHaveLength(3);
      for (const { network } of hosts) expect(engineOf.get(network)).toBe(engine);
    }
  });

  it('have a proxy where the node is that dials, which sends to an entrance where the other is', () => {
    const { links } = onTwo(dualMirrorSpec('2.12.3'));
    for (const { kind, engine, network, entrance } of links) {
      if (kind !== 'leafnode') {
        expect(entrance).toBeUndefined();
        continue;
      }
      expect(engine).toBe(far.host);
      expect(network).toBe('nats-chaos-abcd0123-link-qa1b-qa1a-at-qa1b');
      expect(entrance).toEqual({ engine: '', network: 'nats-chaos-abcd0123-link-qa1b-qa1a-at-qa1a' });
    }
  });

  it('have entrances on both sides of a gateway', () => {
    const gateways = onTwo(superClusterSpec()).links.filter(({ kind }) => kind === 'gateway');
    const directions = gateways.map(({ engine, entrance }) => `${engine} to ${entrance?.engine}`);
    expect([...new Set(directions)].sort()).toEqual([` to ${far.host}`, `${far.host} to `]);
  });
});
