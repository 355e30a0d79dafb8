import { describe, expect, it } from 'vitest';
import {
  LinksOnEngines,
  type EngineLinks,
} from '../../../../src/drivers/docker/attached/links-on-engines.ts';

/** The links of one engine, which write down what they are asked for. */
function engine(name: string, calls: string[]): EngineLinks {
  const note = (what: string, links: readonly string[]): Promise<void> => {
    calls.push(`${name} ${what} ${links.join(' ')}`);
    return Promise.resolve();
  };
  const control = {
    objection: (links: readonly string[]) =>
      Promise.resolve(links.includes(`${name}2`) ? `${name} cannot` : null),
    inject: (links: readonly string[]) => note('cuts', links),
    flap: (links: readonly string[]) => note('flaps', links),
    release: (_fault: string, links: readonly string[]) => note('releases', links),
    owners: (link: string) => [`${name}:${link}`],
    roundTrip: () => Promise.resolve(1),
    stop: () => note('stops', []),
  } as unknown as EngineLinks['control'];
  return { links: [`${name}1`, `${name}2`], control };
}

describe('links of containers on two engines', () => {
  const calls: string[] = [];
  const between = { id: 'ab', kind: 'leafnode', from: 'b/n1', to: 'a/n1' } as const;
  const links = new LinksOnEngines([engine('a', calls), engine('b', calls)], [between]);
  const refusal = /^b\/n1 and a\/n1 are on two Docker engines, and links between engines are cut only where/;

  it('are cut and released each by its own engine', async () => {
    await links.inject(['a1', 'b1', 'b2'], 'fault', { kind: 'cut' });
    await links.release('fault', ['b1']);
    expect(calls).toEqual(['a cuts a1', 'b cuts b1 b2', 'b releases b1']);
    expect(links.owners('b1')).toEqual(['b:b1']);
  });

  it('are refused when one of the engines refuses', async () => {
    expect(await links.objection(['a1', 'b1'], { kind: 'cut' })).toBeNull();
    expect(await links.objection(['a1', 'b2'], { kind: 'cut' })).toBe('b cannot');
  });

  it('are refused between the engines, and nothing is injected', async () => {
    calls.length = 0;
    expect(await links.objection(['a1', 'ab'], { kind: 'cut' })).toMatch(refusal);
    await expect(links.inject(['a1', 'ab'], 'fault', { kind: 'cut' })).rejects.toThrow(refusal);
    expect(() => links.roundTrip('ab')).toThrow(refusal);
    expect(calls).toEqual([]);
  });
});
