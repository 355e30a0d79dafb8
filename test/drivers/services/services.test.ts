import { describe, expect, it } from 'vitest';
import { everyLink } from '../../../src/drivers/every-link.ts';
import { startOrder } from '../../../src/drivers/services/order.ts';
import { ReplicaCounts } from '../../../src/drivers/services/counts.ts';
import { placeholderValues } from '../../../src/drivers/services/values.ts';
import { layLinks, type PlacedNode } from '../../../src/drivers/servers/topology.ts';
import type { ServiceSpec } from '../../../src/drivers/spec.ts';
import { openingOf } from '../../../src/drivers/tls/server-tls.ts';
import { parseRow } from '../../../src/drivers/undo/sessions.ts';
import { oneZoneSpec } from '../../support/one-zone-spec.ts';

function service(name: string, over: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    name,
    command: [name],
    replicas: 1,
    ports: {},
    env: {},
    files: {},
    links: [],
    dependsOn: [],
    readyWithinMs: 1_000,
    here: '/envs',
    ...over,
  };
}

const api = service('api', {
  replicas: 2,
  ports: { http: 'free' },
  links: [
    { as: 'nats', to: 'qa1a' },
    { as: 'db', to: 'db', port: 'main' },
  ],
});
const db = service('db', { replicas: 2, ports: { main: 7000 } });
const spec = { ...oneZoneSpec(), services: [api, db] };

describe('the order in which services are started', () => {
  const names = (...services: ServiceSpec[]) =>
    startOrder(services).map((step) => step.map(({ name }) => name));

  it('is that of their dependencies, and what does not depend on each other starts together', () => {
    const web = service('web', { dependsOn: ['one', 'two'] });
    const one = service('one', { dependsOn: ['base'] });
    const two = service('two');
    expect(names(web, one, two, service('base'))).toEqual([['two', 'base'], ['one'], ['web']]);
    expect(names()).toEqual([]);
  });

  it('does not exist for a circle', () => {
    expect(() => names(service('a', { dependsOn: ['b'] }), service('b', { dependsOn: ['a'] }))).toThrow(
      RangeError,
    );
  });
});

describe('the links of services', () => {
  const own = everyLink(spec).filter(({ from }) => from.startsWith('api/'));

  it('lead from every replica to every node and every replica', () => {
    expect(own.map(({ id }) => id)).toEqual([
      'client~api.1~qa1a.js1-qa1a',
      'client~api.1~qa1a.js2-qa1a',
      'client~api.1~qa1a.js3-qa1a',
      'service~api.1~db.1~main',
      'service~api.1~db.2~main',
      'client~api.2~qa1a.js1-qa1a',
      'client~api.2~qa1a.js2-qa1a',
      'client~api.2~qa1a.js3-qa1a',
      'service~api.2~db.1~main',
      'service~api.2~db.2~main',
    ]);
    expect(own.every(({ account }) => account === undefined)).toBe(true);
  });

  it('begin with a question, in the protocol of the port where that is stated', () => {
    const spoken = { ...spec, services: [api, { ...db, protocols: { main: 'postgresql' as const } }] };
    const openings = (of: typeof spec) => new Set(own.map((link) => openingOf(of, link)));
    expect(openings(spec)).toEqual(new Set(['greeting', 'asked']));
    expect(openings(spoken)).toEqual(new Set(['greeting', 'postgresql']));
    const other = { ...spoken, services: [api, { ...db, protocols: { admin: 'postgresql' as const } }] };
    expect(openings(other)).toEqual(new Set(['greeting', 'asked']));
  });

  it('are what placeholders stand for', () => {
    const ports = { client: 4222, cluster: 1, monitor: 2, leafnode: 3, gateway: 4 };
    const nodes = spec.clusters[0]!.nodes.map((name) => ({ address: `qa1a/${name}`, ports }) as PlacedNode);
    const replicas = [1, 2].map((n) => ({ address: `db/${n}`, listensOn: { main: 6999 + n } }));
    const placed = {
      address: 'api/2',
      service: 'api',
      name: 'api-2',
      number: 2,
      spec: api,
      ports: {},
      listensOn: { http: 8081 },
      folder: '/run/services/api-2',
    };
    const links = layLinks(spec, nodes, replicas);
    const counts = new ReplicaCounts(spec.services);
    const dialOf = ({ upstreamPort }: { upstreamPort: number }) => `127.0.0.1:${upstreamPort}`;
    const values = placeholderValues(placed, links, counts, { dialOf, ownAt: () => '', listen: '127.0.0.1' });
    expect(values).toMatchObject({
      replica: '2',
      data: '/run/services/api-2',
      here: '/envs',
      'port.http': '8081',
      'link.nats': 'nats://127.0.0.1:4222,nats://127.0.0.1:4222,nats://127.0.0.1:4222',
      'link.nats.3': 'nats://127.0.0.1:4222',
      'link.db': '127.0.0.1:7000,127.0.0.1:7001',
      'link.db.2': '127.0.0.1:7001',
      'link.db.2.host': '127.0.0.1',
      'link.db.2.port': '7001',
    });
    counts.set('db', 1);
    expect(
      placeholderValues(placed, links, counts, { dialOf, ownAt: () => '', listen: '127.0.0.1' }),
    ).toMatchObject({
      'link.db': '127.0.0.1:7000',
      'link.db.2': '127.0.0.1:7001',
    });
  });

  it('of a service with itself lead to its other replicas, and its own address is in its place', () => {
    const ring = service('ring', {
      replicas: 3,
      ports: { main: 7000 },
      links: [{ as: 'ring', to: 'ring', port: 'main' }],
    });
    const own = { clusters: [], links: [], services: [ring] } as unknown as typeof spec;
    expect(everyLink(own).map(({ from, to }) => `${from} ${to}`)).toEqual([
      'ring/1 ring/2',
      'ring/1 ring/3',
      'ring/2 ring/1',
      'ring/2 ring/3',
      'ring/3 ring/1',
      'ring/3 ring/2',
    ]);
    const links = layLinks(own, []);
    const placed = {
      address: 'ring/2',
      service: 'ring',
      name: 'ring-2',
      number: 2,
      spec: ring,
      listensOn: {},
      folder: '/',
    };
    const values = placeholderValues(placed, links, new ReplicaCounts([ring]), {
      dialOf: ({ to }) => `proxy:${to.slice(5)}`,
      ownAt: () => 'own:2',
      listen: '127.0.0.1',
    });
    expect(values).toMatchObject({
      'link.ring': 'proxy:1,own:2,proxy:3',
      'link.ring.3.port': '3',
      'link.ring.2.host': 'own',
    });
  });
});

describe('a row of the process table', () => {
  it('is read whatever the command is called', () => {
    const rest = Array.from({ length: 15 }, (_, i) => i).join(' ');
    expect(parseRow(`77 (sh) x (y) S 1 77 76 ${rest} 4711 0`)).toEqual({
      pid: 77,
      session: 76,
      start: '4711',
      zombie: false,
    });
    expect(parseRow('77 (gone) Z 1 77 77 0')).toMatchObject({ zombie: true });
    expect(parseRow('77\n')).toMatchObject({ pid: 77, start: '' });
    expect(parseRow('')).toBeNull();
  });
});
