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
  resolveNodes({ nodes, random: seededRandom(seed) } as unknown as SystemContext, addresses);

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
