import { describe, expect, it } from 'vitest';
import { layOut, type Layout } from '../../../src/drivers/docker/layout.ts';
import { dualMirrorSpec } from '../../support/dual-mirror-spec.ts';
import { superClusterSpec } from '../../support/super-cluster-spec.ts';

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
    const { nodes, toxiproxy, networks } = layout();
    for (const { name, role, size } of networks) {
      const hosts = [...nodes, toxiproxy].flatMap((one) =>
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
