import { describe, expect, it } from 'vitest';
import type { NodeInfo } from '../../src/drivers/driver.ts';
import type { SystemContext } from '../../src/faults/fault.ts';
import { resolveNodes } from '../../src/faults/targets.ts';
import { seededRandom } from '../../src/support/random.ts';

const nodes: NodeInfo[] = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'b/6'].map((address) => {
  const [cluster = '', name = ''] = address.split('/');
  return { address, cluster, name, client: '', monitor: '' };
});

/** Roles of a cluster are drawn: nobody is asked. */
const resolve = (addresses: string | string[], seed = 1) =>
  resolveNodes({ driver: {}, nodes, random: seededRandom(seed) } as unknown as SystemContext, addresses);

describe('roles of a cluster', () => {
  it.each([
    ['a@1%', 1],
    ['a@39%', 1],
    ['a@40%', 2],
    ['a@50%', 2],
    ['a@99%', 4],
    ['a@100%', 5],
    ['b@10%', 1],
    ['a@any', 1],
    ['a@minority', 2],
    ['a@majority', 3],
    ['a@all', 5],
  ])('%s is %i', async (role, count) => {
    for (const seed of [1, 2, 3]) {
      const { nodes: found, roles } = await resolve(role, seed);
      expect(new Set(found).size).toBe(count);
      expect(found.every((node) => node.startsWith(`${role.slice(0, 1)}/`))).toBe(true);
      expect(roles).toEqual({ [role]: found });
    }
  });

  it('are drawn by the seed', async () => {
    expect(await resolve('a@50%', 4)).toEqual(await resolve('a@50%', 4));
    const drawn = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => resolve('a@50%', seed)));
    expect(new Set(drawn.map((one) => one.nodes.join())).size).toBeGreaterThan(1);
  });

  it('that know of no share are refused', async () => {
    for (const role of ['a@0%', 'a@101%', 'a@050%', 'a@5.5%']) {
      await expect(resolve(role)).rejects.toThrow(/unknown role/);
    }
  });
});

describe('roles of a service', () => {
  const said: Record<string, (string | null)[]> = {
    'db/1': ['replica'],
    'db/2': [null, null, 'master'],
    'db/3': ['replica'],
  };
  const services = {
    list: () =>
      Object.keys(said).map((address) => ({ address, service: 'db', name: address.replace('/', '-') })),
    role: (address: string) => {
      const answers = said[address] ?? [];
      return Promise.resolve(answers.length > 1 ? answers.shift() : answers[0]);
    },
  };
  const ctx = (seed: number) =>
    ({
      driver: { services },
      nodes,
      random: seededRandom(seed),
      signal: new AbortController().signal,
    }) as unknown as SystemContext;

  it('are asked for until somebody has them, and drawn where several do', async () => {
    expect(await resolveNodes(ctx(1), 'db@master')).toMatchObject({
      nodes: ['db/2'],
      roles: { 'db@master': ['db/2'] },
    });
    const drawn = await Promise.all(
      Array.from({ length: 30 }, (_, seed) => resolveNodes(ctx(seed), 'db@replica')),
    );
    expect(new Set(drawn.flatMap((one) => one.nodes))).toEqual(new Set(['db/1', 'db/3']));
    expect((await resolveNodes(ctx(1), ['db@all'])).nodes).toHaveLength(3);
  });
});

describe('a list', () => {
  it('has each node once, whatever it is called', async () => {
    expect(await resolve(['a/1', '1', 'a/1', 'a@all'])).toMatchObject({
      nodes: ['a/1', 'a/2', 'a/3', 'a/4', 'a/5'],
    });
  });

  it('has each role once: what is recorded of it is all that it was', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { nodes: found, roles } = await resolve(['a@any', 'a@any'], seed);
      expect(roles).toEqual({ 'a@any': found });
      expect(found).toHaveLength(1);
    }
  });

  it('has whoever has any of its roles', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { nodes: found, roles } = await resolve(['a@minority', 'a@majority', 'b@any', 'a/1'], seed);
      expect(Object.keys(roles)).toEqual(['a@minority', 'a@majority', 'b@any']);
      expect([...found].sort()).toEqual([...new Set([...Object.values(roles).flat(), 'a/1'])].sort());
    }
  });
});

describe('a service', () => {
  const list = () =>
    [1, 2, 3, 4].map((n) => ({ address: `api/${n}`, service: 'api', name: `api-${n}`, ports: {} }));
  const ctx = { driver: { services: { list } }, nodes, links: [], random: seededRandom(3) };
  const named = async (addresses: string | string[]) =>
    (await resolveNodes(ctx as unknown as SystemContext, addresses)).nodes;

  it('is addressed like a cluster, and its replicas like nodes', async () => {
    expect(await named(['api/2', 'api-3', 'a/1'])).toEqual(['api/2', 'api/3', 'a/1']);
    expect(await named('api')).toEqual(['api/1', 'api/2', 'api/3', 'api/4']);
    expect(await named('api@50%')).toHaveLength(2);
    expect(await named('api@minority')).toHaveLength(1);
    await expect(named('api/5')).rejects.toThrow('there is no node api/5');
    // A cluster is no node: only its roles name some.
    expect(await named('api@all')).toEqual(await named('api'));
  });
});
