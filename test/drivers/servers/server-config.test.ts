import { describe, expect, it } from 'vitest';
import { holdPorts } from '../../../src/drivers/servers/ports.ts';
import { serverConfig } from '../../../src/drivers/servers/server-config.ts';
import { layLinks, placeNodes } from '../../../src/drivers/servers/topology.ts';
import type { EnvironmentSpec, TlsSpec } from '../../../src/drivers/spec.ts';
import { dualMirrorSpec } from '../../support/dual-mirror-spec.ts';
import { superClusterSpec } from '../../support/super-cluster-spec.ts';

async function configs(spec: EnvironmentSpec): Promise<Map<string, Record<string, never>>> {
  const ports = holdPorts();
  const nodes = await placeNodes(spec, ports, false);
  await ports.release();
  const links = layLinks(spec, nodes);
  return new Map(
    nodes.map((node) => {
      const dials = links
        .filter((link) => link.from === node.address)
        .map((link, index) => ({ link, at: `127.0.0.1:${40_000 + index}` }));
      const input = {
        node,
        clusterSize: node.spec.nodes.length,
        spec,
        dials,
        bind: '127.0.0.1',
        storeFolder: '/s',
        logFile: '/l',
        tag: 't',
        certificate: { certificate: '/c', key: '/k', authorities: '/a' },
      };
      return [node.address, JSON.parse(serverConfig(input)) as Record<string, never>];
    }),
  );
}

describe('the configuration of a server', () => {
  it('carries the tag of the run, and one by which a placement can name this node alone', async () => {
    for (const [address, config] of await configs(dualMirrorSpec())) {
      expect(config).toMatchObject({ server_tags: ['t', `node:${address.split('/')[1] ?? ''}`] });
    }
  });
  it('advertises a dead end everywhere, so that no peer can go round a proxy', async () => {
    for (const config of (await configs(dualMirrorSpec())).values()) {
      expect(config).toMatchObject({
        cluster: { advertise: '127.0.0.1:1', no_advertise: true },
        leafnodes: { advertise: '127.0.0.1:1' },
      });
    }
  });

  it('has as many routes as its cluster has nodes, and dials each pair from one side only', async () => {
    const all = await configs(dualMirrorSpec());
    const real = [...all.values()].map((config) => {
      const { routes } = config.cluster as unknown as { routes: string[] };
      // A server counts routes that are written alike as one.
      expect(new Set(routes).size).toBe(3);
      return routes.filter((route) => !route.endsWith('localhost:1')).length;
    });
    expect(real).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('joins clusters by leafnode remotes of the dialling side, with the credentials of the account', async () => {
    const all = await configs(dualMirrorSpec());
    expect(all.get('qa1a/js1-qa1a')?.leafnodes).not.toHaveProperty('remotes');
    const { remotes } = all.get('qa1b/js2-qa1b')?.leafnodes as unknown as {
      remotes: { urls: string[]; account: string }[];
    };
    expect(remotes).toHaveLength(1);
    expect(remotes[0]?.account).toBe('APP');
    expect(remotes[0]?.urls).toHaveLength(3);
    expect(remotes[0]?.urls.every((url) => url.startsWith('nats://app:app@127.0.0.1:4'))).toBe(true);
  });

  it('takes the password of a user in its own cluster, and in that which it dials', async () => {
    const spec = dualMirrorSpec();
    const [user] = spec.accounts.find(({ name }) => name === 'APP')!.users;
    user!.password = { qa1a: 'one', qa1b: 'two' };
    const all = await configs(spec);
    const usersOf = (address: string) =>
      (all.get(address)?.accounts as unknown as { APP: { users: unknown } }).APP.users;
    expect(usersOf('qa1a/js1-qa1a')).toEqual([{ user: 'app', password: 'one' }]);
    expect(usersOf('qa1b/js1-qa1b')).toEqual([{ user: 'app', password: 'two' }]);
    const { remotes } = all.get('qa1b/js2-qa1b')?.leafnodes as unknown as { remotes: { urls: string[] }[] };
    expect(remotes[0]?.urls.every((url) => url.startsWith('nats://app:one@'))).toBe(true);
  });

  it('gives a server that stands alone no cluster block: it would not start JetStream', async () => {
    const spec = dualMirrorSpec();
    const alone = {
      ...spec,
      clusters: [{ ...spec.clusters[0]!, nodes: ['n1'] }],
      links: [],
      streams: [],
      consumers: [],
    };
    expect([...(await configs(alone)).values()][0]).not.toHaveProperty('cluster');
  });

  it('joins clusters by gateways: a URL for each remote server, good only for who was told it', async () => {
    for (const [address, config] of await configs(superClusterSpec())) {
      const [own = '', other] = address.startsWith('qa1a') ? ['qa1a', 'qa1b'] : ['qa1b', 'qa1a'];
      expect(config.gateway).toMatchObject({
        name: own,
        advertise: '127.0.0.1:1',
        reject_unknown_cluster: true,
        authorization: { user: own, password: 't' },
        gateways: [{ name: other }],
      });
      const { gateways } = config.gateway as unknown as { gateways: { urls: string[] }[] };
      expect(new Set(gateways[0]?.urls).size).toBe(3);
      for (const url of gateways[0]?.urls ?? [])
        expect(url).toMatch(new RegExp(`^nats://${other}:t@127\\.0\\.0\\.1:4`));
    }
  });

  it('lets a cluster of one node begin a meta group with the others of its super-cluster', async () => {
    const spec = superClusterSpec();
    spec.clusters[1]!.nodes = ['alone'];
    const config = (await configs(spec)).get('qa1b/alone');
    expect(config?.cluster).toMatchObject({ name: 'qa1b', routes: ['nats-route://padding-1@localhost:1'] });
    expect(config?.gateway).toMatchObject({ gateways: [{ urls: { length: 3 } }] });
  });

  it('merges what the environment adds, key by key, and takes away what it sets to null', async () => {
    const spec = dualMirrorSpec();
    spec.clusters[0]!.serverConfig = { max_payload: 1024, cluster: { advertise: null, ping_interval: '5s' } };
    const config = (await configs(spec)).get('qa1a/js1-qa1a');
    expect(config).toMatchObject({ max_payload: 1024, cluster: { ping_interval: '5s', no_advertise: true } });
    expect(config?.cluster).not.toHaveProperty('advertise');
  });

  it('writes JetStream limits, domain and sync interval', async () => {
    const spec = dualMirrorSpec();
    spec.clusters[0]!.jetstream = {
      domain: 'd',
      maxFileBytes: 4096,
      maxMemoryBytes: 1024,
      syncInterval: 'always',
    };
    spec.clusters[1]!.jetstream = { domain: 'e', syncInterval: 120_000 };
    const all = await configs(spec);
    expect(all.get('qa1a/js1-qa1a')?.jetstream).toEqual({
      store_dir: '/s',
      domain: 'd',
      max_file_store: 4096,
      max_memory_store: 1024,
      sync_interval: 'always',
    });
    expect(all.get('qa1b/js1-qa1b')?.jetstream).toMatchObject({ sync_interval: '120000ms' });
  });

  it('requires TLS where the environment says so, and its cluster does not say otherwise', async () => {
    const spec = dualMirrorSpec();
    spec.tls = { clients: { verify: true }, routes: true, leafnodes: { verify: false } };
    spec.clusters[1]!.tls = { leafnodes: { verify: true } };
    const all = await configs(spec);
    const files = { cert_file: '/c', key_file: '/k', ca_file: '/a' };
    const [one, other] = [all.get('qa1a/js1-qa1a')!, all.get('qa1b/js1-qa1b')!];
    expect(one).toMatchObject({
      tls: { ...files, verify: true },
      cluster: { tls: files },
      leafnodes: { tls: { ...files, verify: false } },
    });
    expect(other).toMatchObject({ leafnodes: { tls: { ...files, verify: true } } });
    expect(other).not.toHaveProperty('tls');
    expect(other.cluster).not.toHaveProperty('tls');
  });

  it('dials a leafnode port by TLS when the cluster that it dials requires it, whatever its own does', async () => {
    const remotes = async (hub: TlsSpec, edge: TlsSpec): Promise<string[]> => {
      const spec = dualMirrorSpec();
      spec.clusters[0]!.tls = hub;
      spec.clusters[1]!.tls = edge;
      const { leafnodes } = (await configs(spec)).get('qa1b/js1-qa1b')! as unknown as {
        leafnodes: { remotes: object[] };
      };
      return leafnodes.remotes.flatMap((remote) => Object.keys(remote));
    };
    expect(await remotes({ leafnodes: { verify: false } }, {})).toContain('tls');
    expect(await remotes({}, { leafnodes: { verify: false } })).not.toContain('tls');
  });
});

describe('links', () => {
  it('are one proxy for each pair of nodes, each pair across a leafnode link, and each client', async () => {
    const ports = holdPorts();
    const spec = dualMirrorSpec();
    const links = layLinks(spec, await placeNodes(spec, ports, false));
    await ports.release();
    const count = (kind: string): number => links.filter((link) => link.kind === kind).length;
    expect([count('route'), count('leafnode'), count('client')]).toEqual([6, 9, 6]);
    expect(new Set(links.map((link) => link.id)).size).toBe(21);
  });

  it('are one proxy for each node and each node of the other cluster across a gateway, both ways', async () => {
    const ports = holdPorts();
    const spec = superClusterSpec();
    const links = layLinks(spec, await placeNodes(spec, ports, false)).filter(
      ({ kind }) => kind === 'gateway',
    );
    await ports.release();
    expect(new Set(links.map(({ from, to }) => `${from} ${to}`)).size).toBe(18);
    expect(links.filter(({ from }) => from === 'qa1a/js1-qa1a').map(({ to }) => to)).toEqual([
      'qa1b/js1-qa1b',
      'qa1b/js2-qa1b',
      'qa1b/js3-qa1b',
    ]);
  });
});
